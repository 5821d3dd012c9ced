import { fileURLToPath } from 'node:url'
import { defineVitestProject } from '@nuxt/test-utils/config'
import { defineConfig } from 'vitest/config'

const alias = {
  '#shared': fileURLToPath(new URL('./shared', import.meta.url)),
  '#server': fileURLToPath(new URL('./server', import.meta.url)),
}

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        test: { name: 'unit', environment: 'node', include: ['tests/unit/**/*.spec.ts'] },
      },
      {
        resolve: { alias },
        test: {
          name: 'integration',
          environment: 'node',
          pool: 'forks',
          maxWorkers: 2,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          include: ['tests/integration/**/*.spec.ts'],
          globalSetup: ['tests/integration/support/global-setup.ts'],
        },
      },
      {
        resolve: { alias },
        // The client and the simulator against the published specification of the API, where there is one at hand.
        test: { name: 'contract', environment: 'node', testTimeout: 60_000, include: ['tests/contract/**/*.spec.ts'] },
      },
      {
        resolve: { alias },
        // Real processes of the production build: kill -9, several at once. Needs `npm run build`.
        test: { name: 'chaos', environment: 'node', pool: 'forks', maxWorkers: 1, testTimeout: 120_000, hookTimeout: 120_000, include: ['tests/chaos/**/*.spec.ts'] },
      },
      await defineVitestProject({
        test: {
          name: 'nuxt',
          include: ['tests/nuxt/**/*.spec.ts'],
          environment: 'nuxt',
          environmentOptions: { nuxt: { domEnvironment: 'happy-dom' } },
        },
      }),
    ],
  },
})
