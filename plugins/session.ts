/** Who is signed in is read once per page, on the server; the browser gets it with the page. */
export default defineNuxtPlugin({
  name: 'session',
  dependsOn: ['pinia'],
  async setup() {
    if (import.meta.server) await useSessionStore().load()
  },
})
