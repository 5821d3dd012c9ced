// node code-name.ts [sql]: a short name for the code of Berth that lives run through. Counts of lives with the same name may be added up.
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

const root = new URL('../../../', import.meta.url).href
const loaded = new Set<string>()
registerHooks({
  load(url, context, nextLoad) {
    // Not what prisma generates: it follows from the schema, which the store's own code names field by field.
    if (/^(server|shared)\/(?!generated\/)/.test(url.slice(root.length)) && url.startsWith(root)) loaded.add(url)
    return nextLoad(url, context)
  },
})
await import('./schedule.ts')
if (process.argv[2] === 'sql') await import('../stores/sql-database.ts')

const digest = createHash('sha256')
for (const url of [...loaded].sort()) digest.update(url.slice(root.length)).update(readFileSync(fileURLToPath(url)))
process.stdout.write(digest.digest('hex').slice(0, 8))
