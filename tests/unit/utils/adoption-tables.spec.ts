import { describe, expect, it } from 'vitest'
import type { AdoptPreviewRow, AdoptResultRow } from '../../../shared/schemas/orphans.ts'
import { readCsv } from '../../../server/domains/orphans/read-csv.ts'
import { writeInvitations, writeRefused } from '../../../utils/adoption-tables.ts'

const LINE = { virtfusionServerId: '7', uuid: '', customerEmail: '+ada@example.com', customerName: '=HYPERLINK("https://evil.example")', plan: 'Small, "old"', name: '-web' }
const refused = (line: number, given: Partial<AdoptPreviewRow> = {}): AdoptPreviewRow => ({ line, virtfusionServerId: 7, virtfusionUuid: null, adopt: null, error: '=no plan', notes: [], typed: LINE, ...given })

describe('writeRefused', () => {
  it('writes lines that are read again as they were typed, with why, and nothing that a spreadsheet would run', () => {
    const text = writeRefused([refused(1)], new Map())
    const { line: _line, ...read } = readCsv(text)[0] ?? { line: 0 }
    expect(read).toEqual(LINE)
    expect(text.split(/[\r\n]+/)[1]).toBe('"7","","\'+ada@example.com","\'=HYPERLINK(""https://evil.example"")","Small, ""old""","\'-web","\'=no plan"')
  })

  it('takes what was refused at the panel as well, and no line that was adopted or can be', () => {
    const result = (line: number, given: Partial<AdoptResultRow>): AdoptResultRow => ({ line, virtfusionServerId: 7, name: null, server: null, error: null, ...given })
    const rows = [refused(1, { error: null }), refused(2, { error: null }), refused(3, { error: null })]
    const text = writeRefused(rows, new Map([[1, result(1, { server: { id: 'x', reference: 'vps-1', name: 'web' } })], [2, result(2, { error: 'The panel no longer has this server.' })]]))
    expect(text.trim().split('\r\n')).toHaveLength(2)
    expect(text).toContain('no longer has this server')
  })
})

describe('writeInvitations', () => {
  it('writes the link of each customer who was made', () => {
    const newCustomer = { id: 'x', name: 'Ada', email: 'ada@example.com', invitation: { url: 'https://berth.example.com/invitation/t', expiresAt: '2026-12-01T00:00:00.000Z' } }
    expect(writeInvitations([{ line: 1, virtfusionServerId: 7, name: null, server: null, error: null, newCustomer }])).toContain('"Ada","ada@example.com","https://berth.example.com/invitation/t"')
  })
})
