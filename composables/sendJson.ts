export interface SendOptions {
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: object
  /** The same key again means the same order: make one per intent with `nanoid()`, not one per click: `crypto.randomUUID` is missing where a page comes over plain http. */
  idempotencyKey?: string
}

/** Sends a change to our API and returns its answer. @throws FetchError; `toProblem` reads it */
export function sendJson<T = unknown>(path: string, options: SendOptions): Promise<T> {
  return $fetch<T>(path, {
    method: options.method,
    body: options.body ?? {},
    headers: options.idempotencyKey ? { 'idempotency-key': options.idempotencyKey } : {},
    retry: 0,
  }) as Promise<T>
}
