// `npm start`: serves the production build in this very process; builds it first where that is needed.
import { pathToFileURL } from 'node:url'
import { buildIfNeeded, entry } from './build-if-needed.ts'
import { loadEnvFile } from './load-env-file.ts'

loadEnvFile()
await buildIfNeeded()
await import(pathToFileURL(entry).href)
