import { describe, expect, it } from 'vitest'
import { describeUnready } from '../../../../server/messages/en/readiness.ts'

const all = { database: true, migrations: true, queue: true }

describe('describeUnready', () => {
  it('names all that is missing in a database that answers', () => {
    const text = describeUnready({ ...all, migrations: false, queue: false }, { isStopping: false, isOutdated: false })
    expect(text).toMatch(/Migrations are missing.*The tables of the queue are missing/)
  })

  it('blames nothing else while the database is away, for nothing is known of it', () => {
    expect(describeUnready({ database: false, migrations: false, queue: false }, { isStopping: false, isOutdated: false })).not.toMatch(/Migrations|queue/)
  })

  it('sends whoever runs an old process on a new database to the new version, not to the migrations', () => {
    const text = describeUnready({ ...all, migrations: false }, { isStopping: false, isOutdated: true })
    expect(text).toContain('Start it again with that version')
    expect(text).not.toContain('db:migrate')
  })

  it('says that it is stopping, and sends nobody to look for a fault of the database', () => {
    expect(describeUnready({ ...all, database: false }, { isStopping: true, isOutdated: false })).not.toContain('database')
  })
})
