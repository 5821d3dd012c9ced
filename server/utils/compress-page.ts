import { promisify } from 'node:util'
import { brotliCompress, constants } from 'node:zlib'

const brotli = promisify(brotliCompress)

/** Pages where a secret could meet what a stranger put into the address: their length must not tell anything. */
const NEVER = /^\/(invitation|setup|sign-in|account|__nuxt)/
/** 4 of 11: a fifth of the size in two milliseconds. */
const QUALITY = 4

export function mayCompress(path: string, acceptEncoding: string | undefined): boolean {
  return !NEVER.test(path) && /\bbr\b/.test(acceptEncoding ?? '')
}

export function compressPage(html: string): Promise<Buffer> {
  return brotli(html, { params: { [constants.BROTLI_PARAM_QUALITY]: QUALITY, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT } })
}
