import pino from 'pino'

export type Log = pino.Logger

/** Keys whose values never reach a log line, at any of the depths that Berth logs. */
const SECRET_KEYS = ['password', 'currentPassword', 'newPassword', 'token', 'apiToken', 'authorization', 'cookie', 'secret', 'decryptedPassword', 'encryptedPassword', 'expectedPassword']
const REDACTED_PATHS = ['', '*.', '*.*.'].flatMap((depth) => SECRET_KEYS.map((key) => `${depth}${key}`))

/** One JSON line per event; readable lines in development. Secrets are removed by key. */
export function createLog({ level, format }: { level: string, format: 'json' | 'pretty' }): Log {
  return pino({
    level,
    base: { pid: process.pid },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label) => ({ level: label }) },
    redact: { paths: REDACTED_PATHS, censor: '[redacted]' },
  }, format === 'pretty' ? readableLines() : undefined)
}

/** `time LEVEL message key=value`: no dependency, no worker thread; for people at a terminal. */
function readableLines(): pino.DestinationStream {
  return {
    write(line: string) {
      const { level, time, msg, pid: _pid, ...rest } = JSON.parse(line) as Record<string, unknown>
      const facts = Object.entries(rest).map(([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`).join(' ')
      process.stdout.write(`${String(time).slice(11, 19)} ${String(level).toUpperCase().padEnd(5)} ${String(msg ?? '')} ${facts}\n`)
    },
  }
}

let root: Log | undefined

/** The log of this process; silent until start-up has set it. */
export function rootLog(): Log {
  return (root ??= createLog({ level: 'info', format: 'json' }))
}

export function setRootLog(log: Log): void {
  root = log
}
