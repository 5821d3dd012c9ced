// @ts-check
import withNuxt from './.nuxt/eslint.config.mjs'

/** Forbids imports by pattern, with the reason that the person sees. */
const forbid = (/** @type {[string, string][]} */ ...rules) => ({
  'no-restricted-imports': /** @type {any} */ (['error', { patterns: rules.map(([regex, message]) => ({ regex, message })) }]),
})

const FRAMEWORK = /** @type {[string, string]} */ (['^(h3|#imports|#app|nitropack)', 'This folder runs without Nuxt and Nitro: in unit tests, scripts and worker processes.'])
const VUE = /** @type {[string, string]} */ (['^(vue|vuetify|pinia)', 'Both sides use this folder: it knows neither Vue nor Nitro.'])
const ZOD = /** @type {[string, string]} */ (['^zod$', 'Browsers run this too: import z from shared/zod.ts, which keeps zod from compiling code there.'])

const BANNED_SYNTAX = [
  { selector: 'MemberExpression[property.name="$queryRawUnsafe"]', message: 'Raw SQL goes through tagged templates, which bind their values.' },
  { selector: 'MemberExpression[property.name="$executeRawUnsafe"]', message: 'Raw SQL goes through tagged templates, which bind their values.' },
]
const NO_ENVIRONMENT = { selector: 'MemberExpression[object.name="process"][property.name="env"]', message: 'Only server/env.ts reads the environment.' }

/** The engine runs in virtual time as well: what comes from outside comes through its ports. */
const PORTS_ONLY = [
  { selector: 'MemberExpression[object.name="Date"][property.name="now"]', message: 'What time it is, the store says; durations come from the clock port.' },
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'What time it is, the store says; durations come from the clock port.' },
  { selector: 'MemberExpression[object.name="Math"][property.name="random"]', message: 'Chance comes from the random port.' },
]
const OUTSIDE = ['setTimeout', 'setInterval', 'setImmediate', 'fetch', 'performance'].map((name) => ({ name, message: 'The engine runs in virtual time as well: use its ports.' }))

export default withNuxt(
  { ignores: ['server/generated/**', 'scripts/schema-engine', 'simulator/page/**'] },
  {
    rules: {
      'no-console': 'error',
      'vue/no-v-html': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'vue/multi-word-component-names': 'off', // the folder is the first word
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/html-self-closing': 'off',
    },
  },
  { files: ['**/*.ts', '**/*.vue'], rules: { 'no-restricted-syntax': ['error', ...BANNED_SYNTAX, NO_ENVIRONMENT] } },
  {
    files: ['server/env.ts', 'server/db/embedded-postgres.ts', 'scripts/**', 'simulator/**', 'bench/**', 'tests/**', '*.config.ts', 'nuxt.config.ts'],
    rules: { 'no-restricted-syntax': ['error', ...BANNED_SYNTAX] },
  },
  { files: ['scripts/**', 'simulator/**', 'bench/**'], rules: { 'no-console': 'off' } },
  { files: ['server/{domains,engine,db,messages}/**/*.ts'], rules: forbid(FRAMEWORK) },
  {
    files: ['server/engine/**/*.ts'],
    // What ties the engine to a process, a database and a queue.
    ignores: ['server/engine/postgres/**', 'server/engine/{engine-of,jobs,timers,worker,queue,sweep,panel-health,watch-panel}.ts'],
    rules: {
      'no-restricted-syntax': ['error', ...BANNED_SYNTAX, NO_ENVIRONMENT, ...PORTS_ONLY],
      'no-restricted-globals': ['error', ...OUTSIDE],
      ...forbid(FRAMEWORK, ['^node:timers', 'The engine runs in virtual time as well: use its ports.']),
    },
  },
  { files: ['shared/**/*.ts'], rules: forbid(FRAMEWORK, VUE, ZOD, ['server/', 'What both sides agree on imports neither side.']) },
  { files: ['shared/zod.ts'], rules: forbid(FRAMEWORK, VUE) },
  {
    files: ['server/virtfusion/**/*.ts'],
    rules: forbid(FRAMEWORK,
      ['^#', 'The client library stands alone: it imports its own folder and its dependencies.'],
      ['^(\\.\\./)+(domains|engine|db|utils|api|messages|generated|context|env|log|boot)', 'The client library stands alone: it imports its own folder and its dependencies.']),
  },
  {
    files: ['server/api/**/*.ts'],
    rules: forbid(
      ['generated/prisma', 'Routes call a domain function; rows stay in the domains.'],
      ['/virtfusion/', 'Routes call a domain function; the panel is asked by the domains and the engine.'],
      ['/db/', 'Routes call a domain function; rows stay in the domains.']),
  },
  {
    files: ['{pages,components,layouts,composables,stores,plugins,middleware}/**/*.{ts,vue}'],
    rules: forbid(ZOD, ['(^|/)server/', 'The browser side knows the API and shared/, never the server\'s code.']),
  },
)
