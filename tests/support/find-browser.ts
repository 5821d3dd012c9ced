import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { promisify } from 'node:util'
import { chromium } from '@playwright/test'

const SYSTEM_PATHS = [
  '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

export type FoundBrowser = { path: string, missing?: never } | { path: null, missing: string }

/** A Chromium for the browser tests: CHROMIUM_PATH, the system's, Playwright's own, or (on Debian as root) one installed now. */
export async function findBrowser(): Promise<FoundBrowser> {
  const wanted = process.env.CHROMIUM_PATH
  if (wanted) return existsSync(wanted) ? { path: wanted } : { path: null, missing: `CHROMIUM_PATH names ${wanted}, and nothing is there.` }
  const known = [...SYSTEM_PATHS, chromium.executablePath()].find((file) => existsSync(file))
  if (known) return { path: known }
  if (existsSync('/etc/debian_version') && process.getuid?.() === 0) {
    process.stdout.write('No Chromium found: installing the package chromium.\n')
    await aptGet('update')
    await aptGet('install', '-y', '--no-install-recommends', 'chromium')
    if (existsSync('/usr/bin/chromium')) return { path: '/usr/bin/chromium' }
  }
  return { path: null, missing: 'The browser tests need a Chromium. Install one (Debian: apt-get install chromium; anywhere: npx playwright install chromium), or set CHROMIUM_PATH to its file.' }
}

async function aptGet(...args: string[]): Promise<void> {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, maxBuffer: 64 * 1024 * 1024 }
  await promisify(execFile)('apt-get', args, options).catch(() => {}) // what is there afterwards decides
}
