import { defineConfig, devices } from '@playwright/test'
import { findBrowser } from './tests/support/find-browser.ts'

const browser = await findBrowser()

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.spec.ts',
  fullyParallel: false,
  workers: 1,
  // For a test that hangs: what it waits for has limits of its own.
  timeout: 600_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['json', { outputFile: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ?? 'test-results/report.json' }]],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1366, height: 900 },
    // What a dialog looks like on its way is nobody's subject here.
    contextOptions: { reducedMotion: 'reduce' },
    launchOptions: {
      ...(browser.path ? { executablePath: browser.path } : {}),
      // Chromium refuses its sandbox to root, which is what containers run as.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
    // What was done and what was called; the page at each step costs as much as the test itself, and comes with `--trace on`.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
    screenshot: 'only-on-failure',
  },
})
