import tls from 'node:tls'
import { Agent, buildConnector, type Dispatcher } from 'undici'
import { lookupUnblocked, refuseBlockedHost } from '../blocked-addresses.ts'

export interface DispatcherOptions {
  /** PEM of a private authority, trusted beside the well-known ones. */
  ca?: string
  connectMs: number
  /** Called for each new TLS connection with the last moment of the panel's certificate. */
  onCertificate?(validTo: Date): void
}

/** Headers and body are bounded by the total deadline of the call; undici's own timers only back it up. */
const BACKSTOP_MS = 300_000

/** Connections kept open for reads. */
export function createPool(options: DispatcherOptions): Agent {
  return new Agent({
    connections: 8,
    allowH2: false,
    headersTimeout: BACKSTOP_MS,
    bodyTimeout: BACKSTOP_MS,
    connect: checkedConnector(options),
  })
}

export interface OneShot {
  dispatcher: Dispatcher
  /** True from the moment a connection stood, which is before the first byte of the request. */
  isConnected(): boolean
  /** Ends the connection; one that is still being made is closed unused. */
  destroy(): Promise<void>
}

/**
 * A dispatcher for exactly one request over exactly one new connection. Reuse would blur whether a failed change was
 * sent, and `fetch` by its standard sends a request again after a 421: both are refused here.
 */
export function createOneShot(options: DispatcherOptions, mayStillSend = () => true): OneShot {
  const connector = checkedConnector(options)
  let connects = 0
  let dispatches = 0
  let isConnected = false
  let isDestroyed = false

  const agent = new Agent({
    connections: 1,
    pipelining: 0,
    allowH2: false,
    headersTimeout: BACKSTOP_MS,
    bodyTimeout: BACKSTOP_MS,
    connect(connectOptions, callback) {
      connects += 1
      if (connects > 1) return callback(new RepeatRefusedError(), null)
      connector(connectOptions, (...outcome) => {
        const [error, socket] = outcome
        if (error === null && isDestroyed) {
          socket.destroy()
          return callback(new RepeatRefusedError(), null)
        }
        // The process may have stood still while it connected, and somebody else be at work by now.
        if (error === null && !mayStillSend()) {
          socket.destroy()
          return callback(new TooLateToSendError(), null)
        }
        isConnected = error === null
        callback(...outcome)
      })
    },
  })
  const once: Dispatcher.DispatcherComposeInterceptor = dispatch => (dispatchOptions, handler) => {
    dispatches += 1
    if (dispatches > 1) throw new RepeatRefusedError()
    return dispatch(dispatchOptions, handler)
  }

  return {
    dispatcher: agent.compose(once),
    isConnected: () => isConnected,
    destroy() {
      isDestroyed = true
      return agent.destroy()
    },
  }
}

/** A second send of a change was attempted below this client. */
export class RepeatRefusedError extends Error {
  override readonly name = 'RepeatRefusedError'
  readonly code = 'EREPEAT'
}

/** Whoever wanted the call sent does not want it any more. */
class TooLateToSendError extends Error {
  override readonly name = 'TooLateToSendError'
  readonly code = 'queue-timeout'
}

function checkedConnector(options: DispatcherOptions): buildConnector.connector {
  const connector = buildConnector({
    ca: options.ca === undefined ? undefined : [...tls.rootCertificates, options.ca],
    timeout: options.connectMs,
    lookup: lookupUnblocked,
    allowH2: false,
  })
  return (connectOptions, callback) => {
    try {
      refuseBlockedHost(connectOptions.hostname)
    }
    catch (error) {
      return callback(error instanceof Error ? error : new Error('Blocked address'), null)
    }
    connector(connectOptions, (...outcome) => {
      const [error, socket] = outcome
      if (error === null && socket instanceof tls.TLSSocket) noteCertificate(socket, options)
      callback(...outcome)
    })
  }
}

/** A resumed session brings no certificate: then the one seen before stands. */
function noteCertificate(socket: tls.TLSSocket, { onCertificate }: DispatcherOptions): void {
  const validTo = Date.parse(socket.getPeerX509Certificate()?.validTo ?? '')
  if (!Number.isNaN(validTo)) onCertificate?.(new Date(validTo))
}
