import { existsSync } from 'node:fs'
import path from 'node:path'
import { root } from './build-if-needed.ts'

/** Takes the variables of `.env`, where there is one. What is set already stays. */
export function loadEnvFile(file = path.join(root, '.env')): void {
  if (existsSync(file)) process.loadEnvFile(file)
}
