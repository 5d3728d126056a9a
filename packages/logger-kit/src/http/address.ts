import { LoggerError } from '../writer/logger-error.js'

/** Variables of the environment. */
export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Refuses every host but loopback while tests run, so that a key that happens to be in the
 * environment sends no test data to a real service.
 *
 * @throws LoggerError of kind `permanent`
 */
export function assertReachable(url: URL, { NODE_ENV, VITEST }: Environment): void {
  const isTest = NODE_ENV === 'test' || (VITEST !== undefined && VITEST !== '')
  if (!isTest || isLoopback(url.hostname)) return
  const why = NODE_ENV === 'test' ? 'NODE_ENV is "test"' : 'VITEST is set'
  const advice =
    'Give the logger the address of a fake on 127.0.0.1, or leave it out of the test'
  throw new LoggerError(
    'permanent',
    `Loggers reach no host but loopback in tests: ${why}, and the request is for "${url.hostname}". ${advice}.`,
  )
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}

/** Names of query parameters whose values are keys. */
const SECRET_PARAMETER =
  /^(api[-_]?key|access[-_]?(key|token)|auth(orization)?|credentials?|key|passw(or)?d|pwd|secret|sig(nature)?|token)$/i

/** Why an address cannot be used, without the address itself, which may hold a password. */
export type AddressFault = 'relative' | 'scheme' | 'userinfo' | 'key'

/** What is wrong with an address for a logger to send to; nothing if it is right. */
export function faultOfAddress(address: unknown): AddressFault | undefined {
  const url = parsed(address)
  if (!url) return 'relative'
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'scheme'
  return hasUserinfo(url) ? 'userinfo' : hasKey(url) ? 'key' : undefined
}

/** What each fault is called in a message. */
export const ADDRESS_FAULTS: Readonly<Record<AddressFault, string>> = {
  relative: 'is no whole address',
  scheme: 'does not begin with http:// or https://',
  userinfo: 'holds a user name or password',
  key: 'holds a key in its query',
}

/**
 * Scheme, host and port of an address, so that two spellings of one place are equal: lower case, no
 * default port, no dot at the end of the host.
 *
 * @throws LoggerError of kind `permanent` if it is no address that a key may be sent to
 */
export function originOf(address: unknown): string {
  const fault = faultOfAddress(address)
  if (fault !== undefined && fault !== 'key') {
    const text = `The address of the service ${ADDRESS_FAULTS[fault]}`
    throw new LoggerError('permanent', `${text}; nothing is sent there.`)
  }
  const { protocol, hostname, port } = new URL(String(address))
  return `${protocol}//${hostname.replace(/\.$/, '')}${port === '' ? '' : `:${port}`}`
}

/** Whether a text is an address that holds a password or a key: it must be in no file. */
export function holdsKey(text: string): boolean {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return false
  const url = parsed(text)
  return url !== undefined && (hasUserinfo(url) || hasKey(url))
}

function parsed(address: unknown): URL | undefined {
  return typeof address === 'string' && URL.canParse(address)
    ? new URL(address)
    : undefined
}

const hasUserinfo = ({ username, password }: URL): boolean =>
  username !== '' || password !== ''

const hasKey = ({ searchParams }: URL): boolean =>
  [...searchParams.keys()].some((name) => SECRET_PARAMETER.test(name))
