/** The nonce of this page's content security policy: from the request on the server, from the first script in the browser. */
export function useNonce(): string | undefined {
  if (import.meta.client) return document.querySelector<HTMLScriptElement>('script[nonce]')?.nonce
  const nonce: unknown = useRequestEvent()?.context.nonce
  return typeof nonce === 'string' ? nonce : undefined
}
