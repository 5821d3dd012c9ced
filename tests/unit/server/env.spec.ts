import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { SignInSchema } from '../../../shared/schemas/auth.ts'
import { EnvError, EnvSchema, readEnv, warningsOf } from '../../../server/env.ts'

const problemsOf = (source: Record<string, string>) => {
  try {
    readEnv(source)
    return []
  }
  catch (error) {
    if (error instanceof EnvError) return error.problems
    throw error
  }
}

const NO_ORIGIN = 'must be scheme, host and port alone, such as https://panel.example.com: Berth stands at the root of its address, without a path, a query or a user.'

describe('readEnv', () => {
  it('starts with nothing set, so that a newcomer has no variable to set up first', () => {
    expect(readEnv({})).toMatchObject({ HOST: '127.0.0.1', PORT: 3000, WORKER: 'on', ENGINE_SETTLE_SECONDS: 630 })
  })

  it('counts an empty value as absent, as a copied .env.example has many', () => {
    expect(readEnv({ PORT: '', DATABASE_URL: ' ' }).DATABASE_URL).toBeUndefined()
  })

  it.each([
    [{ PORT: 'http' }, 'PORT must be a port number.'],
    [{ PORT: '70000' }, 'PORT must be a port number.'],
    [{ WORKER: 'maybe' }, 'WORKER must be on, off or only.'],
    [{ ENGINE_SETTLE_SECONDS: 'soon' }, 'ENGINE_SETTLE_SECONDS must be a number of seconds.'],
    [{ DATABASE_URL: 'mysql://db/berth' }, 'DATABASE_URL must be a PostgreSQL address such as postgresql://user:password@host:5432/berth.'],
    [{ PUBLIC_URL: 'panel.example.com' }, 'PUBLIC_URL must be an address such as https://panel.example.com.'],
    [{ PUBLIC_URL: 'https://panel.example.com/berth' }, `PUBLIC_URL ${NO_ORIGIN}`],
    [{ PUBLIC_URL: 'https://panel.example.com/?from=x' }, `PUBLIC_URL ${NO_ORIGIN}`],
    [{ PUBLIC_URL: 'https://panel.example.com/#top' }, `PUBLIC_URL ${NO_ORIGIN}`],
    [{ PUBLIC_URL: 'https://ada:secret@panel.example.com' }, `PUBLIC_URL ${NO_ORIGIN}`],
    [{ APP_SECRET: 'short' }, 'APP_SECRET must be at least 32 characters; make one with: openssl rand -base64 32.'],
    [{ VIRTFUSION_ALLOW_HTTP: 'perhaps' }, 'VIRTFUSION_ALLOW_HTTP must be true or false.'],
    [{ ADMIN_EMAIL: 'admin@example.com' }, 'ADMIN_PASSWORD is missing: ADMIN_EMAIL and ADMIN_PASSWORD go together.'],
    [{ ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'x'.repeat(257) }, 'ADMIN_PASSWORD must be at most 256 characters.'],
    [{ ADMIN_PASSWORD: 'long enough password' }, 'ADMIN_EMAIL is missing: ADMIN_EMAIL and ADMIN_PASSWORD go together.'],
  ])('refuses %j with a sentence that names the variable', (source, sentence) => {
    expect(problemsOf(source as Record<string, string>)).toContain(sentence)
  })

  it.each([
    ['HTTPS://Panel.Example.com', 'https://panel.example.com'], ['https://panel.example.com/', 'https://panel.example.com'], ['http://panel.example.com:8080', 'http://panel.example.com:8080'],
  ])('reads the address %s as browsers write it, for cookies are Secure by its first letters', (typed, read) => {
    expect(readEnv({ PUBLIC_URL: typed }).PUBLIC_URL).toBe(read)
  })

  it('lets through as the first admin only whom the form of the sign-in lets in', () => {
    const [email, password] = [`${'a'.repeat(62)}@${'b'.repeat(60)}.example.com`, 'x'.repeat(256)]
    expect(SignInSchema.safeParse({ email, password }).success).toBe(true)
    expect(readEnv({ ADMIN_EMAIL: email, ADMIN_PASSWORD: password })).toMatchObject({ ADMIN_PASSWORD: password })
    expect(SignInSchema.safeParse({ email, password: `${password}x` }).success).toBe(false)
  })

  it('demands APP_SECRET with a database of the operator, where no file beside the data could keep one', () => {
    expect(problemsOf({ DATABASE_URL: 'postgresql://db/berth' })[0]).toMatch(/^APP_SECRET is required together with DATABASE_URL/)
  })

  it('names all wrong variables at once, so that they are mended in one go', () => {
    expect(problemsOf({ PORT: 'x', WORKER: 'y' })).toHaveLength(2)
  })
})

describe('warningsOf', () => {
  it('names PUBLIC_URL where a proxy is trusted, for without it nothing but a header makes cookies Secure', () => {
    expect(warningsOf(readEnv({ TRUSTED_PROXIES: '1' }))).toEqual([expect.stringMatching(/^PUBLIC_URL is not set.*https:/)])
  })

  it('has nothing to say to a newcomer, nor where PUBLIC_URL is set', () => {
    expect(warningsOf(readEnv({}))).toEqual([])
    expect(warningsOf(readEnv({ TRUSTED_PROXIES: '1', PUBLIC_URL: 'https://panel.example.com' }))).toEqual([])
  })
})

describe('.env.example', () => {
  it('names exactly the variables that the code reads', () => {
    const named = [...readFileSync('.env.example', 'utf8').matchAll(/^([A-Z][A-Z0-9_]*)=/gm)].map((match) => match[1])
    expect(named.toSorted()).toEqual(Object.keys(EnvSchema.shape).toSorted())
  })
})
