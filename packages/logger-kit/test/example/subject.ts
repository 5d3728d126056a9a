import type { Json } from '@regimen/core'
import type { LoggerOptions } from '../../src/index.js'
import {
  type Arrived,
  FakeService,
  type LoggerSubject,
  type SeenRequest,
} from '../../src/testing/index.js'
import { httpLogger, writer } from './http-logger.js'

const MARKER = 'marker-key-7f3a9c51'

/**
 * As child processes load it too.
 *
 * @public
 */
export function createLogger(settings: Json, options: LoggerOptions) {
  const { url, key } = settings as { url: string; key: string }
  return httpLogger({ url, key, ...options })
}

/**
 * It is in no package.
 *
 * @public
 */
export const writers = { 'http-logger': writer }

/** What the service keeps of a run. */
interface KeptRun {
  readonly records: Arrived[]
  status?: string
}

/** The example logger against a service that keeps whatever it is given. */
export const httpSubject: LoggerSubject = {
  entry: import.meta.url,
  kinds: ['metric', 'parameter', 'text'],
  mayRepeat: ['metric', 'parameter', 'text'],
  marker: MARKER,
  async start() {
    const runs = new Map<string, KeptRun>()
    const arrivals: Arrived[] = []
    const writes: { at: number; values: number }[] = []
    const service = await new FakeService((request) => answer(request, runs, arrivals)).up()
    const paths = { open: /\/open$/, write: /\/records$/, close: /\/close$/ }
    return {
      settings: { url: service.url, key: MARKER },
      env: { HTTP_LOGGER_KEY: MARKER, HTTP_LOGGER_URL: service.url },
      received: async () => arrivals,
      stop: () => service.down(),
      service: {
        fail: (fault, { part, times }) => service.fail(fault, { times, path: paths[part] }),
        heal: () => service.heal(),
        down: () => service.down(),
        up: async () => void (await service.up()),
        writes() {
          const own = service.requests.filter(({ url }) => paths.write.test(url))
          writes.splice(0)
          writes.push(...own.map(({ at, body }) => ({ at, values: linesOf(body).length })))
          return writes
        },
        traffic: () => ({
          headers: JSON.stringify(service.requests.map(({ headers }) => headers)),
          urls: service.requests.map(({ url }) => url).join('\n'),
          bodies: service.requests.map(({ body }) => body.toString()).join('\n'),
        }),
        runs: () => runs.size,
        statuses: () => [...runs.values()].map(({ status }) => status),
      },
    }
  },
}

function answer(request: SeenRequest, runs: Map<string, KeptRun>, arrivals: Arrived[]) {
  if (request.headers.authorization !== MARKER) return { status: 401 }
  const [, id = '', part = ''] = /^\/runs\/(\w+)\/(\w+)$/.exec(request.url) ?? []
  const run = runs.get(id) ?? { records: [] }
  runs.set(id, run)
  if (part === 'close') run.status = JSON.parse(request.body.toString()).status
  if (part === 'records') {
    for (const line of linesOf(request.body)) arrivals.push(JSON.parse(line) as Arrived)
  }
  return { status: 200 }
}

const linesOf = (body: Buffer): string[] => body.toString().split('\n').filter(Boolean)
