import { describe, expect, it } from 'vitest'
import { decodeTable } from '../../../utils/decode-table.ts'

describe('decodeTable', () => {
  it.each([
    ['UTF-8', [0xEF, 0xBB, 0xBF, 0x52, 0x65, 0x6E, 0xC3, 0xA9]],
    ['Windows-1252', [0x52, 0x65, 0x6E, 0xE9]],
    ['UTF-16', [0xFF, 0xFE, 0x52, 0, 0x65, 0, 0x6E, 0, 0xE9, 0]],
    ['UTF-16', [0xFE, 0xFF, 0, 0x52, 0, 0x65, 0, 0x6E, 0, 0xE9]],
  ])('reads %s as what it is, so that no name is carried to the panel mangled', (encoding, bytes) => {
    expect(decodeTable(new Uint8Array(bytes))).toEqual({ text: 'René', encoding })
  })
})
