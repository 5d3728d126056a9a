import type { Plugin } from '@regimen/core'
import { onTestFinished } from 'vitest'
import { type CometLoggerOptions, cometLogger } from '../../src/index.js'
import { FakeComet } from '../fake-comet/fake-comet.js'
import type { Limits } from '../fake-comet/limits.js'
import type { StoreOptions } from '../fake-comet/store.js'

/** The key that the fakes take; long, so that a part of it that is shown can be told. */
export const API_KEY = 'marker-key-0123456789abcdef'

/** A minute of two seconds, with what a minute may bring. */
export const LIMITS: Limits = {
  metrics: 12_000,
  parameters: 10_000,
  output: 12_000,
  other: 8_000,
  minuteMs: 2000,
}

/** A fake Comet that is stopped after the test, and a logger that knows where it is. */
export async function comet(options: Partial<StoreOptions> & { limits?: Partial<Limits> } = {}) {
  const limits = { ...LIMITS, ...options.limits }
  const fake = await new FakeComet({ apiKey: API_KEY, ...options, limits }).start()
  onTestFinished(() => fake.stop())
  const { metrics, parameters, other, minuteMs } = limits
  const logger = (own: CometLoggerOptions = {}): Plugin =>
    cometLogger({
      apiKey: API_KEY,
      url: fake.url,
      workspace: 'team',
      projectName: 'mnist',
      limits: { metrics, parameters, other, minuteMs },
      logCode: false,
      logGit: false,
      logEnvironment: false,
      logSystemMetrics: false,
      // Threads are tried by the failure suite; starting one takes seconds on a busy machine.
      thread: false,
      ...own,
    })
  return { fake, logger }
}

/** Reads from the API of a server, as another client would. */
export async function read(fake: FakeComet, path: string, query: Record<string, string> = {}) {
  const url = `${fake.url}/api/rest/v2/${path}?${new URLSearchParams(query)}`
  const response = await fetch(url, { headers: { authorization: API_KEY } })
  return await response.json()
}
