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
  const advice = 'Give the logger the address of a fake on 127.0.0.1, or leave it out of the test'
  throw new LoggerError(
    'permanent',
    `Loggers reach no host but loopback in tests: ${why}, and the request is for "${url.hostname}". ${advice}.`,
  )
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '')
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host)
}
