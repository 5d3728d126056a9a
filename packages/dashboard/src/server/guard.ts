import type { IncomingMessage } from 'node:http'

/** Why a request is refused. */
export interface Refusal {
  readonly status: number
  readonly message: string
}

const LOCAL = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/i

/**
 * Whether a request may be answered: only reading, only under a name of this machine (a page elsewhere
 * may point a name of its own here: DNS rebinding), and not for the page of another site.
 */
export function refusalOf({ method, headers }: IncomingMessage): Refusal | undefined {
  if (method !== 'GET' && method !== 'HEAD')
    return { status: 405, message: 'Only GET is answered.' }
  if (!LOCAL.test(headers.host ?? ''))
    return { status: 403, message: 'This page is for this machine only.' }
  const site = headers['sec-fetch-site']
  const isForeign = site !== undefined && site !== 'same-origin' && site !== 'none'
  const isNavigation = headers['sec-fetch-mode'] === 'navigate'
  if (isForeign && !isNavigation)
    return { status: 403, message: 'Not for pages of other sites.' }
  const { origin } = headers
  const isOther = origin !== undefined && !LOCAL.test(origin.replace(/^https?:\/\//, ''))
  return isOther ? { status: 403, message: 'Not for pages of other sites.' } : undefined
}

/** Headers of every answer: nothing from elsewhere, nothing framed, nothing guessed, nothing kept. */
export const SAFE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
}
