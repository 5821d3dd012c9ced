import type { KnipConfig } from 'knip'

export default {
  entry: [
    'server/main.ts',
    'server/api/**/*.ts',
    'server/middleware/*.ts',
    'server/plugins/*.ts',
    'scripts/*.ts',
    'bench/*.ts',
    'tests/**/*.ts',
  ],
  project: ['**/*.{ts,vue,mjs}', '!server/generated/**'],
  ignoreDependencies: [
    // Imported by a style sheet and by generated code.
    '@fontsource-variable/inter',
    '@prisma/client',
    // Used by scripts/schema-engine, which has no ending.
    '@prisma/driver-adapter-utils',
    '@prisma/schema-engine-wasm',
    // Run by `nuxt typecheck`.
    'vue-tsc',
  ],
  ignoreBinaries: ['apt-get'],
  // Nitro's virtual modules.
  ignoreUnresolved: [/^#nitro-internal/],
  ignoreExportsUsedInFile: true,
  // The shapes that the client library and the schemas export are for whoever uses them.
  rules: { types: 'off' },
} satisfies KnipConfig
