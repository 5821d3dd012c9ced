import { appendResponseHeader, setResponseHeader } from 'h3'
import { defineNitroPlugin } from 'nitropack/runtime'
import { isInternal } from '../utils/begin-request.ts'
import { compressPage, mayCompress } from '../utils/compress-page.ts'
import { addNonce, setPagePolicy } from '../utils/security-headers.ts'

export default defineNitroPlugin((nitro) => {
  nitro.hooks.hook('render:html', (html, { event }) => {
    const { nonce } = event.context
    for (const part of ['head', 'bodyPrepend', 'bodyAppend'] as const) html[part] = html[part].map((markup) => addNonce(markup, nonce))
    setPagePolicy(event, nonce)
  })

  nitro.hooks.hook('render:response', async (response, { event }) => {
    delete response.headers?.['x-powered-by']
    setResponseHeader(event, 'cache-control', 'no-store')
    appendResponseHeader(event, 'vary', 'accept-encoding')
    // An error page is rendered by an internal call, whose text goes into the outer answer.
    if (isInternal(event) || typeof response.body !== 'string' || !mayCompress(event.path, event.node.req.headers['accept-encoding'])) return
    response.body = await compressPage(response.body)
    setResponseHeader(event, 'content-encoding', 'br')
  })
})
