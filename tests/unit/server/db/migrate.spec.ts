import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const NAMES = readdirSync('prisma/migrations').filter((name) => /^\d{14}_/.test(name))
/** Ends the transaction, or can't run in one. */
const ALONE = /^(begin|commit|rollback|abort|end|start transaction|prepare transaction|vacuum|create database|drop database|create tablespace|drop tablespace|alter system|reindex (database|system)|.*\bconcurrently)\b/is

/** Without comments, texts and bodies of functions, in which the words mean something else. */
function statementsOf(sql: string): string[] {
  const bare = sql.replaceAll(/(\$\w*\$).*?\1/gs, '\'\'').replaceAll(/'(?:[^']|'')*'/g, '\'\'').replaceAll(/--.*$/gm, '').replaceAll(/\/\*.*?\*\//gs, '')
  return bare.split(';').map((statement) => statement.trim()).filter((statement) => statement !== '')
}

const breaks = (sql: string) => statementsOf(sql).filter((statement) => ALONE.test(statement))

describe('each migration', () => {
  it.each(NAMES)('%s runs in one transaction with the note that it is done: one that failed must leave nothing behind', (name) => {
    expect(breaks(readFileSync(`prisma/migrations/${name}/migration.sql`, 'utf8'))).toEqual([])
  })

  it.each(['CREATE INDEX CONCURRENTLY "i" ON "t" ("c");', 'DROP TABLE a; COMMIT; DROP TABLE b;', '-- why\nVACUUM;', 'begin; select 1'])('would be seen here: %s', (sql) => {
    expect(breaks(sql)).not.toEqual([])
  })

  it('may hold a function, whose body begins and ends', () => {
    expect(breaks('CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n  RETURN NEW;\nEND\n$$; -- commit; by then')).toEqual([])
  })
})
