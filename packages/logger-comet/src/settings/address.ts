/** Comet's own server. */
export const COMET = 'https://www.comet.com'

/** `COMET_URL_OVERRIDE` is the address of `clientlib`; the root is before it. */
export function rootOf(url: string): string {
  return url.replace(/\/+$/, '').replace(/\/clientlib$/, '')
}
