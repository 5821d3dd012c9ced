// `npm start`: serves the production build in this very process; builds it first where that is needed.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { buildIfNeeded, entry, root } from './build-if-needed.ts'

const file = path.join(root, '.env')
if (existsSync(file)) process.loadEnvFile(file)
buildIfNeeded()
await import(pathToFileURL(entry).href)
