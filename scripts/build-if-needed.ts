import { spawn } from 'node:child_process'
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeOnce } from './make-once.ts'

export const root = fileURLToPath(new URL('..', import.meta.url))
export const entry = path.join(root, '.output/server/index.mjs')

/** What goes into the build. A change below these makes it old. */
export const SOURCES = ['assets', 'components', 'composables', 'layouts', 'middleware', 'pages', 'plugins', 'prisma', 'public', 'server', 'shared', 'stores', 'utils',
  'app.vue', 'error.vue', 'nuxt.config.ts', 'vuetify.config.ts', 'package-lock.json']

/** Makes the production build where there is none, or where a source is newer: once, for all who need it at this moment. Ends the process when the build fails. */
export async function buildIfNeeded(): Promise<void> {
  try {
    await makeOnce({
      lock: path.join(root, 'node_modules/.cache/berth-build.lock'),
      isMade: () => existsSync(entry) && statSync(entry).mtimeMs > newest(SOURCES.map((name) => path.join(root, name))),
      async make() {
        process.stdout.write('Building Berth, which takes about a minute...\n')
        try {
          await runBuild(process.execPath, [path.join(root, 'node_modules/nuxt/bin/nuxt.mjs'), 'build'])
        }
        catch (error) {
          rmSync(entry, { force: true }) // it is written before the last of what it needs
          throw error
        }
      },
      onWait: () => process.stdout.write('Another process builds Berth at this moment: waiting for it...\n'),
    })
  }
  catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\nThe build failed.\n`)
    process.exit(1)
  }
}

/** Runs a build, silently as long as it goes well. A stop is passed on to it. @throws Error with all that it wrote, or why it did not run */
export async function runBuild(command: string, args: string[]): Promise<void> {
  const stop = (signal: NodeJS.Signals) => { child.kill(signal) }
  // The environment is only handed on to the build.
  const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_ENV: 'production' } })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => { said += text })
  process.on('SIGINT', stop).on('SIGTERM', stop)
  try {
    await new Promise<void>((resolve, reject) => {
      child.once('error', (error) => reject(new Error(`${command} does not run: ${error.message}`)))
      child.once('close', (code, signal) => (code === 0 ? resolve() : reject(new Error(`${said}It ended with ${signal ?? `code ${code}`}.`))))
    })
  }
  finally {
    process.off('SIGINT', stop).off('SIGTERM', stop)
  }
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
