// Loaded before the simulation (node --import): writes the mutant of BERTH_MUTANT into its file as it is read. Nothing on disk changes.
import { readFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { MUTANTS } from './mutants.ts'

const mutant = MUTANTS[Number(process.env.BERTH_MUTANT)]
if (!mutant) throw new Error('BERTH_MUTANT names no mutant')
const root = new URL('../../../', import.meta.url)
const target = new URL(mutant.file, pathToFileURL(fileURLToPath(root))).href

registerHooks({
  load(url, context, nextLoad) {
    if (url !== target) return nextLoad(url, context)
    const source = readFileSync(fileURLToPath(url), 'utf8')
    if (!source.includes(mutant.find)) throw new Error(`mutant "${mutant.name}" finds nothing to change in ${mutant.file}`)
    return { format: 'module-typescript', shortCircuit: true, source: source.replaceAll(mutant.find, () => mutant.replace) }
  },
})
