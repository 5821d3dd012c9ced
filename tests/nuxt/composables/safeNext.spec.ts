import { describe, expect, it } from 'vitest'
import { safeNext } from '~/composables/safeNext'

describe('safeNext', () => {
  it('goes on to a page of ours with its query', () => {
    expect(safeNext('/servers/1?tab=activity')).toBe('/servers/1?tab=activity')
  })

  it.each(['https://evil.example', '//evil.example', '/\\evil.example', '/\t/evil.example', '/a\\b', 'evil', undefined, ['/a', '/b'], 7])(
    'falls back for %o, so that a link can\'t lead a person to another site',
    (next) => { expect(safeNext(next, '/home')).toBe('/home') },
  )
})
