import 'vuetify/styles'
import { createVuetify } from 'vuetify'
import { effectScope } from 'vue'
import vuetifyConfig from '../vuetify.config'

/** Phones and desktops as the server assumes them until the first page told it the real width. */
const ASSUMED_WIDTH = { phone: 390, desktop: 1366 }

export default defineNuxtPlugin({
  name: 'vuetify',
  dependsOn: ['pinia'],
  setup(nuxtApp) {
    const preferences = usePreferencesStore()
    const width = useCookie<number>('width', { sameSite: 'lax', maxAge: 31_536_000 })
    const clientWidth = useState('initial-width', () => width.value ?? assumeWidth()).value

    // On the server every style in the head gets its nonce with the answer; a second one would make browsers refuse it.
    // Vuetify keeps watchers on module-wide objects: without a scope of its own each request would leave some behind for ever.
    const scope = effectScope(true)
    const vuetify = scope.run(() => createVuetify({
      ...vuetifyConfig,
      ssr: { clientWidth, clientHeight: 800 },
      theme: { ...vuetifyConfig.theme, defaultTheme: preferences.firstScheme, cspNonce: import.meta.client ? useNonce() : undefined },
    }))
    if (!vuetify) throw new Error('Vuetify could not be created.')
    nuxtApp.vueApp.use(vuetify)

    if (import.meta.server) {
      nuxtApp.hook('app:rendered', () => scope.stop())
      return
    }
    const remember = () => { width.value = window.innerWidth }
    remember()
    window.addEventListener('resize', useDebounceFn(remember, 300))
    // Not earlier: an asynchronous layout that is not hydrated yet would never get the new class.
    nuxtApp.hook('app:suspense:resolve', () => {
      watch(() => preferences.theme, (theme) => { void vuetify.theme.change(theme) }, { immediate: true })
    })
  },
})

function assumeWidth(): number {
  const hint = useRequestHeader('sec-ch-ua-mobile')
  const isPhone = hint ? hint === '?1' : /Mobi|Android/i.test(useRequestHeader('user-agent') ?? '')
  return isPhone ? ASSUMED_WIDTH.phone : ASSUMED_WIDTH.desktop
}
