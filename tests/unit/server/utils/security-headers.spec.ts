import { describe, expect, it } from 'vitest'
import { addNonce } from '../../../../server/utils/security-headers.ts'

describe('addNonce', () => {
  it('marks scripts, styles and links, and gives none a second nonce, which Chromium would refuse', () => {
    expect(addNonce('<link rel="x"><script src="a"></script><style>b</style>', 'N')).toBe('<link nonce="N" rel="x"><script nonce="N" src="a"></script><style nonce="N">b</style>')
    expect(addNonce('<script type="module" nonce="N">1</script>', 'N')).toBe('<script type="module" nonce="N">1</script>')
  })

  it('leaves text alone that only looks like a tag', () => {
    expect(addNonce('<title>&lt;script&gt;</title><scripture>', 'N')).toBe('<title>&lt;script&gt;</title><scripture>')
  })
})
