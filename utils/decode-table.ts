export interface DecodedTable { text: string, encoding: 'UTF-8' | 'UTF-16' | 'Windows-1252' }

/** The text of a table's file. What is no UTF-8 was saved by a spreadsheet under Windows: read as UTF-8, its names would be mangled. */
export function decodeTable(bytes: Uint8Array): DecodedTable {
  const [first, second] = bytes
  if (first === 0xFF && second === 0xFE) return { text: new TextDecoder('utf-16le').decode(bytes), encoding: 'UTF-16' }
  if (first === 0xFE && second === 0xFF) return { text: new TextDecoder('utf-16be').decode(bytes), encoding: 'UTF-16' }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'UTF-8' }
  }
  catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), encoding: 'Windows-1252' }
  }
}
