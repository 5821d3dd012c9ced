import { describe, expect, it } from 'vitest'
import { InputError, defineOperation, definedFields, describeRequest, requireId } from '../../../../server/virtfusion/operation.ts'

const operation = defineOperation({
  operation: 'things.change',
  method: 'PUT',
  path: '/things/{thingId}/by/{name}',
  input: (thingId: number, name: string) => ({ params: { thingId: requireId('thingId', thingId), name }, body: { a: 1 } }),
  query: (options: { sync?: boolean, n?: number }) => ({ sync: options.sync, n: options.n }),
  output: () => null,
})

describe('describeRequest', () => {
  it('fills the path, and leaves absent query values out', () => {
    expect(describeRequest(operation, [7, 'x'], { sync: false })).toEqual({
      operation: 'things.change', method: 'PUT', path: '/things/7/by/x?sync=false', body: { a: 1 },
    })
  })

  it.each(['../../admin', 'a/b?c=d#e', '%2e%2e'])('encodes %j, so that no argument can reach another path', (name) => {
    const { path } = describeRequest(operation, [7, name], {})
    expect(path).toBe(`/things/7/by/${encodeURIComponent(name)}`)
    expect(path.split('/')).toHaveLength(5)
  })

  it.each([0, -1, 1.5, Number.NaN, Infinity, 2 ** 60])('refuses %s as an id', (id) => {
    expect(() => describeRequest(operation, [id, 'x'], {})).toThrow(InputError)
  })

  it('refuses an empty path value, which would address the whole collection', () => {
    expect(() => describeRequest(operation, [7, ''], {})).toThrow(expect.objectContaining({ field: 'name' }))
  })
})

describe('definedFields', () => {
  it('drops what is undefined and keeps null, 0 and false', () => {
    expect(definedFields({ a: undefined, b: null, c: 0, d: false })).toEqual({ b: null, c: 0, d: false })
  })
})
