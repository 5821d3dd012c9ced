import { fileURLToPath } from 'node:url'
import { defineVitestProject } from '@nuxt/test-utils/config'
import { defineConfig } from 'vitest/config'

const alias = {
  '#shared': fileURLToPath(new URL('./shared', import.meta.url)),
  '#server': fileURLToPath(new URL('./server', import.meta.url)),
}

/** A machine that does something else at the same time makes tests slow, not wrong. */
const patience = { testTimeout: 120_000, hookTimeout: 120_000, expect: { poll: { timeout: 60_000 } } }

export default defineConfig({
  test: {
    // Hundreds of files for each database that tests had: a disk that others use as well takes its time to forget them.
    teardownTimeout: 120_000,
    projects: [
      {
        resolve: { alias },
        test: { name: 'unit', environment: 'node', isolate: false, ...patience, include: ['tests/unit/**/*.spec.ts'] },
      },
      {
        resolve: { alias },
        test: {
          name: 'integration',
          environment: 'node',
          pool: 'forks',
          maxWorkers: 3,
          isolate: false,
          ...patience,
          include: ['tests/integration/**/*.spec.ts'],
          globalSetup: ['tests/integration/support/global-setup.ts'],
        },
      },
      {
        resolve: { alias },
        // The client and the simulator against the published specification of the API, where there is one at hand.
        test: { name: 'contract', environment: 'node', ...patience, include: ['tests/contract/**/*.spec.ts'] },
      },
      {
        resolve: { alias },
        // Real processes of the production build: kill -9, several at once. Needs `npm run build`.
        test: { name: 'chaos', environment: 'node', pool: 'forks', maxWorkers: 1, ...patience, testTimeout: 240_000, include: ['tests/chaos/**/*.spec.ts'] },
      },
      ...isNuxtWanted() ? [await nuxtProject()] : [],
    ],
  },
})

/** Setting Nuxt up takes seconds and writes files, which `vitest --project unit` and tools that only read this file can do without. */
function isNuxtWanted(): boolean {
  return process.env.VITEST !== undefined && (!process.argv.includes('--project') || process.argv.includes('nuxt'))
}

function nuxtProject() {
  return defineVitestProject({
    test: {
      name: 'nuxt',
      include: ['tests/nuxt/**/*.spec.ts'],
      environment: 'nuxt',
      // Files share the app of their worker: starting it anew for each would take most of the time.
      isolate: false,
      setupFiles: ['tests/nuxt/support/fresh-app.ts'],
      ...patience,
      environmentOptions: { nuxt: { domEnvironment: 'happy-dom', overrides: { buildDir: '.nuxt/test' } } },
    },
  })
}
