/** By this a spreadsheet knows the text as UTF-8. */
const MARK = '\uFEFF'

/** A table as CSV for a spreadsheet. No cell is a formula there: what could be one gets a mark in front of it, which Berth takes off again when it reads the table. */
export function writeCsv(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return MARK + [heading, ...rows].map((cells) => cells.map(writeCell).join(',')).join('\r\n') + '\r\n'
}

function writeCell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return `"${plain.replaceAll('"', '""')}"`
}
