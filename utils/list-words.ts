/** Words as one phrase: "a", "a and b", "a, b and c". */
export function listWords(words: readonly string[], last: 'and' | 'or' = 'and'): string {
  const head = words.slice(0, -1).join(', ')
  const tail = words.at(-1) ?? ''
  return head ? `${head} ${last} ${tail}` : tail
}
