import { existsSync, readFileSync, writeFileSync } from 'node:fs'

const FILE = new URL('../../../../../docs/diagnosis.md', import.meta.url)

export interface FaultRow {
  section: string
  fault: string
  kind: string
  effect: string
  /** What was called; empty where nothing was. */
  operation: string
  code: string
  title: string
  fix: string
  setting?: string
}

const HEAD = `# What can go wrong with the panel, and what Berth says about it

Written by the tests that provoke each fault (\`tests/unit/server/virtfusion/diagnosis/diagnose.spec.ts\`), so it can't differ from what Berth does. After a
change of rules or words: \`UPDATE_DOCS=1 npx vitest run --project unit tests/unit/server/virtfusion/diagnosis/diagnose.spec.ts\`.

- **Kind** is what the client reports; **code** is the diagnosis that is stored.
- **Effect** \`none\`: the panel has certainly not acted. \`unknown\`: it may have, and Berth looks before it sends anything again.
- **Setting** is the environment variable or the key of the plan that is at fault.
`

const COLUMNS = ['Fault', 'Call', 'Kind', 'Effect', 'Code', 'Title', 'Fix', 'Setting']

/** The table for people, in sections, with the addresses of the test replaced by one that reads well. */
export function documentOf(rows: readonly FaultRow[]): string {
  const sections = [...new Set(rows.map(row => row.section))].map((section) => {
    const lines = rows.filter(row => row.section === section).map(lineOf)
    return `\n## ${section}\n\n${[line(COLUMNS), line(COLUMNS.map(() => '---')), ...lines].join('\n')}\n`
  })
  return `${HEAD}${sections.join('')}\n${rows.length} faults.\n`
}

export const readDocument = () => (existsSync(FILE) ? readFileSync(FILE, 'utf8') : '')

export const writeDocument = (text: string) => writeFileSync(FILE, text)

function lineOf(row: FaultRow): string {
  const code = (text: string | undefined) => (text === undefined || text === '' ? '' : `\`${text}\``)
  return line([row.fault, code(row.operation), code(row.kind), code(row.effect), code(row.code), row.title, row.fix, code(row.setting)].map(timeless))
}

/** Ports and seconds left differ from run to run. */
function timeless(text: string): string {
  return text.replace(/127\.0\.0\.1(:\d+)?/g, 'cp.example.com').replace(/\bwait (8\d|90) seconds/i, 'wait 90 seconds').replace(/again in \d s/, 'again in 5 s').replaceAll('|', '\\|')
}

const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
