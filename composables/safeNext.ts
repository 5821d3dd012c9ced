/** Where to go after signing in: a path of ours, or the fallback. An address of another site must never come out of here. */
export function safeNext(next: unknown, fallback = '/'): string {
  if (typeof next !== 'string' || !next.startsWith('/')) return fallback
  // Browsers read "//host" and "/\host" as another host, and drop control characters before they look.
  if (/^\/[/\\]/.test(next) || /[\p{Cc}\\]/u.test(next)) return fallback
  return next
}
