import { join } from 'node:path'
import type { Disturbance, Fault, LoggerSubject } from '@regimen/logger-kit/testing'
import type { Experiment } from '../fake-comet/experiment.js'
import { FakeComet } from '../fake-comet/fake-comet.js'
import type { Fault as FakeFault } from '../fake-comet/faults.js'
import { arrivedAt, arrivedInArchives } from './arrived.js'
import { API_KEY } from './comet.js'

const COMMON = {
  entry: new URL('./entry.ts', import.meta.url),
  kinds: ['metric', 'parameter', 'text', 'image', 'histogram', 'artifact', 'graph'],
  marker: API_KEY,
} as const satisfies Partial<LoggerSubject>
/** Limits that leave the failures to the cases: a minute of a second. */
const LIMITS = { metrics: 12_000, parameters: 10_000, other: 8_000, minuteMs: 1000 }
const QUIET = { logCode: false, logGit: false, logSystemMetrics: false }
const PATHS = {
  open: /experiment\/create$|logger\/add\/run$/,
  write: /experiment\/metric$/,
  close: /update-status$/,
}

/** The logger against a fake Comet, by one of its APIs. */
export const online = (api: 'rest' | 'sdk'): LoggerSubject => ({
  ...COMMON,
  mayRepeat: ['metric', 'text', 'image', 'histogram', 'artifact'],
  async start() {
    const limits = { ...LIMITS, output: 12_000 }
    const fake = await new FakeComet({ apiKey: API_KEY, limits }).start()
    const place = { apiKey: API_KEY, url: fake.url, workspace: 'team', projectName: 'mnist' }
    return {
      settings: { ...place, ...QUIET, api, limits: LIMITS },
      env: { COMET_API_KEY: API_KEY, COMET_URL_OVERRIDE: fake.url },
      received: async () => arrivedAt(fake),
      service: disturbance(fake),
      stop: () => fake.stop(),
    }
  },
})

/** The logger that writes archives. */
export const offline: LoggerSubject = {
  ...COMMON,
  isFileWriter: true,
  async start(folder) {
    const offlineDir = join(folder, 'runs', 'comet')
    return {
      settings: { ...QUIET, apiKey: API_KEY, offline: true, offlineDir },
      received: async () => arrivedInArchives(offlineDir),
      stop: async () => undefined,
    }
  },
}

function disturbance(fake: FakeComet): Disturbance {
  const requests = () => fake.requests
  return {
    fail: (fault, { part, times }) => fake.faults.add(PATHS[part], faultOf(fault), { times }),
    heal: () => fake.faults.clear(),
    down: () => fake.stop(),
    up: async () => void (await fake.start()),
    writes: () => fake.sent(PATHS.write).map(({ at, body }) => ({ at, values: valuesIn(body) })),
    traffic: () => ({
      headers: JSON.stringify(requests().map(({ headers }) => headers)),
      urls: requests()
        .map(({ url }) => url)
        .join('\n'),
      bodies: requests()
        .map(({ body }) => body.toString())
        .join('\n'),
    }),
    runs: () => fake.experiments.length,
    statuses: () => fake.experiments.map(statusOf),
  }
}

/** The faults of the kit as the fake has them. */
function faultOf(fault: Fault): FakeFault {
  if (fault === 'apply-then-drop') return { kind: 'drop-after' }
  if (typeof fault === 'string') return { kind: fault }
  if ('delayMs' in fault) return { kind: 'delay', ms: fault.delayMs }
  const { status, headers = {}, body = {} } = fault
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return { kind: 'status', status, headers, body: text }
}

function valuesIn(body: Buffer): number {
  const isPacked = body[0] === 0x1f
  return isPacked ? 1000 : 1
}

function statusOf({ status }: Experiment): string | undefined {
  if (!status || status.isAlive) return undefined
  if (status.hasCrashed) return 'failed'
  return status.error === undefined ? 'finished' : 'interrupted'
}
