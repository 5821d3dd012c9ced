import { describe, expect, it } from 'vitest'
import OperationsEmpty from '~/components/operations/Empty.vue'
import { findAllByRole } from '../../support/find-by-role'
import { mount } from '../../support/mount'

describe('OperationsEmpty', () => {
  it.each([
    ['Nothing needs you', { state: 'needs_attention' }],
    ['No operation fits', { state: 'needs_attention', kind: 'rebuild' }],
  ])('says "%s" of %o: another kind may well need somebody', async (title, filters) => {
    await mount(OperationsEmpty, { props: { isFiltered: true, ...filters } })
    expect(findAllByRole('heading').map((heading) => heading.textContent)).toEqual([title])
  })
})
