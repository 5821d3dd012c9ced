import { isDeepStrictEqual } from 'node:util'

/** The parts that differ, row by row, as PostgreSQL has them and as the memory has them. */
export function describeDifference(sql: unknown, memory: unknown, path = ''): string {
  if (isDeepStrictEqual(sql, memory)) return ''
  const isTree = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null
  if (!isTree(sql) || !isTree(memory)) return `  ${path}: PostgreSQL ${JSON.stringify(sql)}, memory ${JSON.stringify(memory)}\n`
  return [...new Set([...Object.keys(sql), ...Object.keys(memory)])].map((key) => describeDifference(sql[key], memory[key], `${path}/${key}`)).join('')
}
