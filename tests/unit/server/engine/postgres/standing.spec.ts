import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { isTime } from '../../../../../server/engine/postgres/standing.ts'

const schema = readFileSync('prisma/schema.prisma', 'utf8')

describe('what a step begins with', () => {
  it.each(['Operation', 'Server'])('is read with its times as times: in %s they have names that say so, and nothing else has', (model) => {
    const [, body = ''] = new RegExp(`^model ${model} \\{\n(.*?)^\\}`, 'ms').exec(schema) ?? []
    const fields = [...body.matchAll(/^ {2}(\w+) +(\w+)/gm)]
    expect(fields.length).toBeGreaterThan(20)
    expect(fields.filter(([, , type]) => type === 'DateTime').map(([, field]) => field)).toEqual(fields.map(([, field]) => String(field)).filter(isTime))
  })
})
