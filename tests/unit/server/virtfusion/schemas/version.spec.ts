import { describe, expect, it } from 'vitest'
import { findVersion } from '../../../../../server/virtfusion/schemas/version.ts'

describe('findVersion', () => {
  it.each([
    [{ version: '7.1.0' }, '7.1.0'],
    [{ version: 'v6.2' }, '6.2'],
    [{ version: 7 }, '7'],
    [{ data: { version: '7.0.0 build 9' } }, '7.0.0 build 9'],
    [{ data: { control: { version: '7.1.0' } } }, '7.1.0'],
    [{ data: { app: { version: '7.1.0' } } }, '7.1.0'],
    [{ status: { version: '7.1.0' } }, '7.1.0'],
    [{ data: { version: { version: '7.1.0', build: 9 } } }, '7.1.0'],
    [{ version: 'yes' }, null],
    [{ version: '7.1.0<script>alert(1)</script> and much more' }, null],
    [{ version: null, data: { version: '7.1.0' } }, '7.1.0'],
    [[], null],
    ['', null],
    [undefined, null],
  ])('finds the version in %j', (json, expected) => {
    expect(findVersion(json)).toBe(expected)
  })
})
