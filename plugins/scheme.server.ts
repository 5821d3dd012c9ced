/**
 * The first paint in the right colours. Chromium tells its scheme by a client hint; for the others a script before the first paint writes
 * it to a cookie, and reads the page again once where the server guessed wrong.
 */
export default defineNuxtPlugin({
  name: 'scheme',
  dependsOn: ['pinia'],
  setup() {
    const preferences = usePreferencesStore()
    useHead({ meta: [{ name: 'color-scheme', content: preferences.firstScheme }] })

    useResponseHeader('accept-ch').value = 'Sec-CH-Prefers-Color-Scheme'
    const vary = useResponseHeader('vary')
    vary.value = [vary.value, 'Sec-CH-Prefers-Color-Scheme', 'Cookie'].filter(Boolean).join(', ')
    if (preferences.theme !== 'system') return
    useResponseHeader('critical-ch').value = 'Sec-CH-Prefers-Color-Scheme'
    useHead({ script: [{ key: 'scheme', tagPriority: 'critical', innerHTML: schemeScript(preferences.firstScheme) }] })
  },
})

function schemeScript(painted: 'light' | 'dark'): string {
  return `try{var s=matchMedia('(prefers-color-scheme: dark)').matches?'dark':'light';
document.cookie='scheme='+s+';path=/;max-age=31536000;samesite=lax';
if(s==='${painted}')sessionStorage.removeItem('scheme');
else if(!sessionStorage.getItem('scheme')){sessionStorage.setItem('scheme',s);location.reload()}}catch(e){}`
}
