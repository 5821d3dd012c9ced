import { Refusal } from '../http/answers.ts'

/** A switch with a typing mistake must not do something else than was meant. @throws Refusal that names the key and those that are known */
export function requireKnown(keys: readonly string[], wish: object): void {
  const unknownKey = Object.keys(wish).find(key => !keys.includes(key))
  if (unknownKey !== undefined) throw new Refusal(422, { errors: [`unknown key ${unknownKey}; known: ${keys.join(', ')}`] })
}
