import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { describe, expect, it, onTestFinished } from 'vitest'
import { explainDatabaseFailure, explainFolderFailure, explainListenFailure } from '../../../server/start-failures.ts'

const PASSWORD = 'a-password-nobody-may-read'
const coded = (code: string, message = code) => Object.assign(new Error(message), { code })

describe('explainDatabaseFailure', () => {
  const DATABASE_URL = `postgresql://berth:${PASSWORD}@db.example.com:5432/berth`
  const explain = (error: unknown) => explainDatabaseFailure(error, { DATABASE_URL, DATA_DIR: '/var/lib/berth' })

  it.each([
    ['nobody who listens', coded('ECONNREFUSED', 'connect ECONNREFUSED 192.0.2.1:5432'), /^DATABASE_URL can't be used: its host refuses connections.*correct host and port \(ECONNREFUSED\)\.$/],
    ['a name with two addresses, whose error says nothing itself', new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')], ''), /refuses connections.*ECONNREFUSED/],
    ['an unknown name', coded('ENOTFOUND', 'getaddrinfo ENOTFOUND db.example.com'), /name of its host is not known/],
    ['no way', coded('EHOSTUNREACH'), /does not answer.*firewall/],
    ['no answer', new Error('timeout expired'), /does not answer.*timeout expired/],
    ['a wrong password', coded('28P01', 'password authentication failed for user "berth"'), /refuses its user or its password/],
    ['no password', new Error('SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string'), /refuses its user or its password/],
    ['no line for this machine', coded('28000', 'no pg_hba.conf entry for host "192.0.2.7"'), /pg_hba\.conf/],
    ['a database that is not there', coded('3D000', 'database "berth" does not exist'), /does not exist\. Make it/],
    ['no right to make tables', coded('42501', 'permission denied for schema public'), /Make this user the owner of the database/],
    ['too many connections', coded('53300', 'sorry, too many clients already'), /max_connections, or lower WORKER_CONCURRENCY/],
    ['a server that starts', coded('57P03', 'the database system is starting up'), /Start Berth again once it is up/],
    ['no TLS', new Error('The server does not support SSL connections'), /correct sslmode/],
    ['an unknown authority', coded('SELF_SIGNED_CERT_IN_CHAIN', 'self-signed certificate in certificate chain'), /sslrootcert/],
    ['anything else', coded('XX000', 'could not open relation'), /^The database of DATABASE_URL can't be used: could not open relation, XX000\.$/],
  ])('names DATABASE_URL and the fix, and repeats nothing of it: %s', (_case, error, sentence) => {
    expect(explain(error).message).toMatch(sentence)
    expect(explain(error).message).not.toMatch(/a-password|postgresql:|db\.example\.com/)
    expect(explain(error).cause).toBe(error)
  })

  it('names DATA_DIR where the database is the embedded one', () => {
    expect(explainDatabaseFailure(coded('XX000', 'could not open relation'), { DATABASE_URL: undefined, DATA_DIR: '/var/lib/berth' }).message)
      .toMatch(/^The embedded database below DATA_DIR \(\/var\/lib\/berth\) can't be used \(could not open relation, XX000\)/)
  })

  it('fits what a refused connection is like, by address and by name', async () => {
    for (const host of ['127.0.0.1', 'localhost']) {
      const error = await new pg.Client({ host, port: 1, user: 'berth', password: PASSWORD }).connect().catch((failure: unknown) => failure)
      expect(explain(error).message).toMatch(/refuses connections.*\(ECONNREFUSED\)/)
    }
  })
})

describe('explainListenFailure', () => {
  const HOST = '192.0.2.1'

  it.each([
    ['EADDRINUSE', /^Port 80 on 192\.0\.2\.1 is in use.*set PORT\.$/], ['EACCES', /^Port 80 .*EACCES.*Set PORT/], ['EADDRNOTAVAIL', /^HOST \(192\.0\.2\.1\) is no address of this machine.*Set HOST/],
    ['ENOTFOUND', /^HOST .*not known here \(ENOTFOUND\).*Set HOST/], ['EINVAL', /HOST 192\.0\.2\.1 and PORT 80 \(EINVAL\)/],
  ])('names HOST or PORT and what to set it to: %s', (code, sentence) => {
    expect(explainListenFailure(coded(code), { HOST, PORT: 80 }).message).toMatch(sentence)
  })

  it('fits what a foreign address is like', async () => {
    const error = await new Promise((resolve) => { net.createServer().once('error', resolve).listen(0, HOST) })
    expect(explainListenFailure(error, { HOST, PORT: 80 }).message).toMatch(/^HOST \(192\.0\.2\.1\) is no address/)
  })
})

describe('explainFolderFailure', () => {
  it('names DATA_DIR where it can\'t be made, and the place that stands in the way', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'berth-folder-'))
    onTestFinished(() => rmSync(folder, { recursive: true }))
    writeFileSync(path.join(folder, 'file'), '')
    const DATA_DIR = path.join(folder, 'file/data')
    try {
      mkdirSync(DATA_DIR, { recursive: true })
      throw new Error('It was made.')
    }
    catch (error) {
      expect(explainFolderFailure(error, { DATA_DIR })?.message).toMatch(/^DATA_DIR \(.*file\/data\) can't be used: ENOTDIR at .*, or set DATA_DIR to another folder\.$/)
    }
  })

  it('tells a full disk from a folder that is closed', () => {
    const at = (code: string) => explainFolderFailure(Object.assign(coded(code), { path: '/var/lib/berth/app-secret' }), { DATA_DIR: '/var/lib/berth' })?.message
    expect(at('ENOSPC')).toContain('Make room on its disk')
    expect(at('EACCES')).toContain('the account that runs Berth may write')
  })

  it('leaves what is about something else as it is', () => {
    expect(explainFolderFailure(new Error('The embedded PostgreSQL did not start.'), { DATA_DIR: '/var/lib/berth' })).toBeNull()
    expect(explainFolderFailure(Object.assign(coded('EACCES'), { path: '/opt/berth/initdb' }), { DATA_DIR: '/var/lib/berth' })).toBeNull()
  })
})
