import { defineStore } from 'pinia'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]
export type Scheme = 'light' | 'dark'

const YEAR_SECONDS = 31_536_000

/** How a person wants Berth to look. Kept in cookies, so that the server paints the first frame right. */
export const usePreferencesStore = defineStore('preferences', () => {
  const cookie = useCookie<Theme>('theme', { default: () => 'system', sameSite: 'lax', maxAge: YEAR_SECONDS })
  const theme = ref<Theme>(THEMES.includes(cookie.value) ? cookie.value : 'system')
  /** What the server painted; travels with the page. */
  const firstScheme = ref<Scheme>(guessScheme(theme.value))

  function setTheme(next: Theme) {
    theme.value = next
    cookie.value = next
  }

  return { theme, firstScheme, setTheme }
})

/** The browser says what it prefers by a header (Chromium) or by the cookie that the page wrote before. */
function guessScheme(theme: Theme): Scheme {
  if (theme !== 'system') return theme
  const hint = useRequestHeader('sec-ch-prefers-color-scheme')?.replaceAll('"', '')
  if (hint === 'dark' || hint === 'light') return hint
  return useCookie<Scheme>('scheme').value === 'dark' ? 'dark' : 'light'
}
