import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const entry = path.join(root, '.output/server/index.mjs')

/** What goes into the build. A change below these makes it old. */
export const SOURCES = ['assets', 'components', 'composables', 'layouts', 'middleware', 'pages', 'plugins', 'prisma', 'public', 'server', 'shared', 'stores', 'utils',
  'app.vue', 'error.vue', 'nuxt.config.ts', 'vuetify.config.ts', 'package-lock.json']

/** Makes the production build where there is none, or where a source is newer. Ends the process when the build fails. */
export function buildIfNeeded(): void {
  const builtAt = existsSync(entry) ? statSync(entry).mtimeMs : 0
  if (builtAt > newest(SOURCES.map((name) => path.join(root, name)))) return
  process.stdout.write('Building Berth, which takes about a minute...\n')
  // The environment is only handed on to the build.
  const build = spawnSync('npm', ['run', '--silent', 'build'], { cwd: root, encoding: 'utf8', env: { ...process.env, NODE_ENV: 'production' } })
  if (build.status === 0) return
  process.stderr.write(`${build.stdout}${build.stderr}\nThe build failed.\n`)
  process.exit(1)
}

function newest(paths: string[]): number {
  let latest = 0
  for (const item of paths) {
    const facts = statSync(item, { throwIfNoEntry: false })
    if (!facts || item.endsWith('generated')) continue
    const time = facts.isDirectory() ? newest(readdirSync(item).map((name) => path.join(item, name))) : facts.mtimeMs
    latest = Math.max(latest, time)
  }
  return latest
}
