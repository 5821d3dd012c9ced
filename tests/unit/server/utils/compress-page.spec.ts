import { brotliDecompressSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { compressPage, mayCompress } from '../../../../server/utils/compress-page.ts'

describe('page compression', () => {
  it('leaves pages alone where a secret and a stranger\'s text could meet, and browsers without brotli', () => {
    expect(mayCompress('/admin/servers', 'gzip, br')).toBe(true)
    expect(mayCompress('/admin/servers', 'gzip')).toBe(false)
    for (const path of ['/invitation/abc', '/setup', '/sign-in?next=x', '/account']) expect(mayCompress(path, 'br')).toBe(false)
  })

  it('gives back the same page', async () => {
    const html = '<p>ä</p>'.repeat(500)
    const packed = await compressPage(html)
    expect(packed.length).toBeLessThan(html.length / 10)
    expect(brotliDecompressSync(packed).toString()).toBe(html)
  })
})
