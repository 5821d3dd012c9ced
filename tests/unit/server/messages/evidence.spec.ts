import { describe, expect, it } from 'vitest'
import { describeEvidence, type EvidenceFacts } from '../../../../server/messages/en/evidence.ts'

const facts: EvidenceFacts = {
  kind: 'suspend', step: 'check', holder: null,
  server: { name: 'web-1', virtfusionServerId: 101, virtfusionUuid: 'aaaa', virtfusionOwnerId: 2, vanishedAt: null },
  seen: { uuid: 'bbbb', ownerId: 3, name: 'other', state: 'complete', suspended: false, buildFailed: false },
}

describe('describeEvidence', () => {
  it('lays two identities side by side', () => {
    expect(describeEvidence({ code: 'uuid_mismatch', params: { virtfusionServerId: 101 } }, facts)).toEqual([
      { label: 'Identity (uuid)', expected: 'aaaa', found: 'bbbb' },
      { label: 'Name', expected: 'web-1', found: 'other' },
      { label: 'Owner at the panel', expected: '2', found: '3' },
    ])
  })

  it('says unknown for what was never read, and names who has a number already', () => {
    expect(describeEvidence({ code: 'verify_limit', params: {} }, { ...facts, seen: null })).toEqual([{ label: 'Suspended at the panel', expected: 'Yes', found: 'Unknown' }])
    expect(describeEvidence({ code: 'create_already_bound', params: { virtfusionServerId: 7 } }, { ...facts, holder: 'vps-9' })[0]?.found).toBe('Number 7, which is vps-9 already')
  })

  it('has nothing to lay side by side where the diagnosis says it all', () => {
    expect(describeEvidence({ code: 'defect', params: {} }, facts)).toEqual([])
  })
})
