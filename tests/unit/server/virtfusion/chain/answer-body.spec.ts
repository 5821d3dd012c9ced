import { describe, expect, it } from 'vitest'
import { readBody, readErrorTexts, saysNotFound } from '../../../../../server/virtfusion/chain/answer-body.ts'

describe('readBody', () => {
  it.each([
    ['', 'empty'], ['  \n', 'empty'], ['[]', 'json'], ['""', 'json'], ['{"a":1}', 'json'],
    ['<!doctype html><p>x', 'html'], ['{"data":{"id":7', 'text'], ['401 Unauthorized', 'text'],
  ])('reads %j as %s', (text, form) => {
    expect(readBody(text).form).toBe(form)
  })
})

describe('readErrorTexts', () => {
  it.each([
    ['a list of sentences', { errors: ['One', 'Two'] }, ['One', 'Two'], []],
    ['a map by field', { message: 'The given data was invalid.', errors: { userId: ['Not a user.'] } }, ['Not a user.'], ['userId']],
    ['an older msg', { msg: 'server not found' }, ['server not found'], []],
    ['a message', { message: 'Nope' }, ['Nope'], []],
    ['an error', { error: 'Nope' }, ['Nope'], []],
    ['an empty list beside a msg', { errors: [], msg: 'busy' }, ['busy'], []],
    ['nothing', {}, [], []],
    ['a list instead of an object', [], [], []],
  ])('reads %s', (_, json, messages, fields) => {
    expect(readErrorTexts(json)).toEqual({ messages, fields })
  })

  it('flattens and shortens what the panel says', () => {
    const { messages } = readErrorTexts({ errors: [`a\u0000b\n${'x'.repeat(999)}`] })
    expect(messages[0]).toHaveLength(301)
    expect(messages[0]).toMatch(/^a b x/)
  })
})

describe('saysNotFound', () => {
  it.each([
    [{ msg: 'server not found' }, true],
    [{ msg: 'ext_relation_id not found' }, true],
    [{ errors: ['Server not found'] }, true],
    [{ message: 'The route api/v1/servers/7 could not be found.' }, false],
    [{ msg: 'busy' }, false],
    [undefined, false],
  ])('%j: %s', (json, expected) => {
    expect(saysNotFound(json)).toBe(expected)
  })
})
