import path from 'node:path'
import { z } from 'zod'

const flag = z.enum(['true', 'false', '1', '0', 'on', 'off'], { error: 'must be true or false' }).transform((text) => text === 'true' || text === '1' || text === 'on')
const text = z.string().trim().min(1)

/** As browsers write it: small letters, no slash at its end. */
function toOrigin(address: string, context: z.RefinementCtx): string {
  const { origin, pathname, search, hash, username, password } = new URL(address)
  if (pathname === '/' && !search && !hash && !username && !password) return origin
  context.addIssue('must be scheme, host and port alone, such as https://panel.example.com: Berth stands at the root of its address, without a path, a query or a user')
  return z.NEVER
}

/** Every variable that Berth reads. `.env.example` explains them; a test compares the two. */
export const EnvSchema = z.object({
  HOST: text.default('127.0.0.1'),
  PORT: z.coerce.number({ error: 'must be a port number' }).int('must be a port number').min(0, 'must be a port number').max(65_535, 'must be a port number').default(3000),
  /** The address that people type, when a proxy stands in front, as its origin. Decides links and whether cookies are Secure. */
  PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an address such as https://panel.example.com' }).transform(toOrigin).optional(),
  /** How many proxies in front may be believed: about the client's address (X-Forwarded-For), https (X-Forwarded-Proto) and request ids. */
  TRUSTED_PROXIES: z.coerce.number({ error: 'must be a number from 0 to 5' }).int('must be a number from 0 to 5').min(0, 'must be a number from 0 to 5').max(5, 'must be a number from 0 to 5').default(0),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a PostgreSQL address such as postgresql://user:password@host:5432/berth' }).optional(),
  DATA_DIR: text.default('.data').transform((folder) => path.resolve(folder)),
  APP_SECRET: z.string().min(32, 'must be at least 32 characters; make one with: openssl rand -base64 32').optional(),
  VIRTFUSION_API_URL: text.optional(),
  VIRTFUSION_API_TOKEN: text.optional(),
  VIRTFUSION_ALLOW_HTTP: flag.default(false),
  VIRTFUSION_CA_FILE: text.optional(),
  // No longer than the form of the sign-in takes.
  ADMIN_EMAIL: z.email('must be an e-mail address').max(254, 'must be at most 254 characters').optional(),
  ADMIN_PASSWORD: z.string().min(12, 'must be at least 12 characters').max(256, 'must be at most 256 characters').optional(),
  /** `on`: this process also works jobs. `off`: web only. `only`: jobs only (health routes answer, pages do not). */
  WORKER: z.enum(['on', 'off', 'only'], { error: 'must be on, off or only' }).default('on'),
  WORKER_CONCURRENCY: z.coerce.number({ error: 'must be a number from 1 to 50' }).int('must be a number from 1 to 50').min(1, 'must be a number from 1 to 50').max(50, 'must be a number from 1 to 50').default(5),
  /** How long a create with unknown effect is looked for before a person is asked, in seconds. */
  ENGINE_SETTLE_SECONDS: z.coerce.number({ error: 'must be a number of seconds' }).int('must be a number of seconds').min(1, 'must be a number of seconds').max(86_400, 'must be at most 86400').default(630),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent'], { error: 'must be debug, info, warn, error or silent' }).default('info'),
  LOG_FORMAT: z.enum(['json', 'pretty'], { error: 'must be json or pretty' }).optional(),
  /** Set by `npm run dev` and `npm run demo`: says on the screens that a stand-in answers. */
  BERTH_DEMO: flag.default(false),
  /** Set by `npm run dev`, whose database is started outside the server process. */
  BERTH_DATABASE_IS_EMBEDDED: flag.default(false),
  NODE_ENV: z.string().default('production'),
})

export type Env = z.infer<typeof EnvSchema>

/** A wrong environment: each sentence names its variable. */
export class EnvError extends Error {
  readonly problems: string[]
  constructor(problems: string[]) {
    super(problems.join('\n'))
    this.name = 'EnvError'
    this.problems = problems
  }
}

/** Reads and checks the environment. An empty value counts as absent. @throws EnvError */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== undefined && value.trim() !== ''))
  const parsed = EnvSchema.safeParse(given)
  if (!parsed.success) throw new EnvError(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}.`))
  const env = parsed.data
  const problems: string[] = []
  if (env.DATABASE_URL && !env.BERTH_DATABASE_IS_EMBEDDED && !env.APP_SECRET) {
    problems.push('APP_SECRET is required together with DATABASE_URL: it seals the panel\'s token in the database. Make one with: openssl rand -base64 32.')
  }
  if (env.ADMIN_EMAIL && !env.ADMIN_PASSWORD) problems.push('ADMIN_PASSWORD is missing: ADMIN_EMAIL and ADMIN_PASSWORD go together.')
  if (env.ADMIN_PASSWORD && !env.ADMIN_EMAIL) problems.push('ADMIN_EMAIL is missing: ADMIN_EMAIL and ADMIN_PASSWORD go together.')
  if (problems.length) throw new EnvError(problems)
  return env
}

/** The address for links that are made where no request tells how Berth is reached. */
export function configuredAddress({ PUBLIC_URL, HOST, PORT }: Pick<Env, 'PUBLIC_URL' | 'HOST' | 'PORT'>): string {
  return PUBLIC_URL ?? `http://${HOST}:${PORT}`
}

/** What is allowed, and hardly meant: a sentence each, for the log. */
export function warningsOf(env: Env): string[] {
  if (env.TRUSTED_PROXIES === 0 || env.PUBLIC_URL) return []
  return ['PUBLIC_URL is not set, although TRUSTED_PROXIES says that a proxy stands in front. Links are https and cookies Secure only as long as the proxy sends X-Forwarded-Proto: https. Set PUBLIC_URL to the address that people type, for example https://panel.example.com.']
}
