import { z } from 'zod'

// In browsers zod would try `new Function` to compile schemas, which the security policy refuses and reports as a violation.
if ('document' in globalThis) z.config({ jitless: true })

export { z }
