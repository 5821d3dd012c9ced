import { readFileSync } from 'node:fs'
import type { Answer } from '../http/answers.ts'

const FILES: Record<string, { name: string, type: string }> = {
  '/': { name: 'index.html', type: 'text/html; charset=UTF-8' },
  '/page.css': { name: 'page.css', type: 'text/css; charset=UTF-8' },
  '/page.js': { name: 'page.js', type: 'text/javascript; charset=UTF-8' },
}

const POLICY = 'default-src \'none\'; script-src \'self\'; style-src \'self\'; connect-src \'self\'; img-src \'self\'; base-uri \'none\'; form-action \'none\'; frame-ancestors \'none\''

const kept = new Map<string, string>()

/** A file of the page for people, or null for any other path. */
export function pageFile(path: string): Answer | null {
  const file = FILES[path]
  if (!file) return null
  const body = kept.get(file.name) ?? readFileSync(new URL(file.name, import.meta.url), 'utf8')
  kept.set(file.name, body)

  return { status: 200, body, headers: { 'Content-Type': file.type, 'Content-Security-Policy': POLICY } }
}

/** A plain mark with the image's first letter, in place of the panel's operating system logos. */
export function logo(name: string): Answer {
  const letter = (name[0] ?? '?').toUpperCase()
  const body = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40"><circle cx="20" cy="20" r="20" fill="#51606f"/>`
    + `<text x="20" y="27" font-family="sans-serif" font-size="20" text-anchor="middle" fill="#fff">${/[A-Z0-9]/.test(letter) ? letter : '?'}</text></svg>`

  return { status: 200, body, headers: { 'Content-Type': 'image/svg+xml' } }
}
