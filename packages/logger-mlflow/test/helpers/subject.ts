import { createHash } from 'node:crypto'
import type { Arrived, LoggerSubject } from '@regimen/logger-kit/testing'
import { FakeMlflow } from '../fake-mlflow/fake-mlflow.js'
import type { FakeRun } from '../fake-mlflow/store.js'

/** The token that the fake takes. */
export const TOKEN = 'marker-token-0123456789abcdef'

const PATHS = {
  open: /runs\/create$/,
  write: /runs\/log-batch$|mlflow-artifacts/,
  close: /runs\/update$/,
}
const FOLDERS = { texts: 'text', images: 'image', histograms: 'histogram' } as const
const ENDINGS = { FINISHED: 'finished', FAILED: 'failed', KILLED: 'interrupted' } as const

/** The logger against a tracking server of its own. */
export const subject: LoggerSubject = {
  entry: new URL('./entry.ts', import.meta.url),
  kinds: ['metric', 'parameter', 'text', 'image', 'histogram', 'artifact', 'graph'],
  marker: TOKEN,
  async start() {
    const fake = new FakeMlflow(`Bearer ${TOKEN}`)
    await fake.service.up()
    const { service } = fake
    return {
      settings: { trackingUri: fake.url, token: TOKEN, logSource: false },
      env: { MLFLOW_TRACKING_URI: fake.url, MLFLOW_TRACKING_TOKEN: TOKEN },
      received: async () => fake.runs.flatMap(arrivedIn),
      stop: () => service.down(),
      service: {
        fail: (fault, { part, times }) => service.fail(fault, { times, path: PATHS[part] }),
        heal: () => service.heal(),
        down: () => service.down(),
        up: async () => void (await service.up()),
        writes: () =>
          service.requests
            .filter(({ url }) => PATHS.write.test(url))
            .map(({ at, body }) => ({ at, values: valuesIn(body) })),
        traffic: () => ({
          headers: JSON.stringify(service.requests.map(({ headers }) => headers)),
          urls: service.requests.map(({ url }) => url).join('\n'),
          bodies: service.requests.map(({ body }) => body.toString()).join('\n'),
        }),
        runs: () => fake.runs.length,
        statuses: () => fake.runs.map(({ status }) => ENDINGS[status as keyof typeof ENDINGS]),
      },
    }
  },
}

/** All that is in a run. */
export function arrivedIn({ points, params, artifacts }: FakeRun): Arrived[] {
  return [
    ...[...points.values()].map(({ key: name, value, step, timestamp: time }) => {
      return { kind: 'metric' as const, name, value, step, time }
    }),
    ...[...params].map(([name, value]) => ({ kind: 'parameter' as const, name, value })),
    ...[...artifacts].map(([path, bytes]) => fileOf(path, bytes)),
  ]
}

function fileOf(path: string, bytes: Buffer): Arrived {
  const folder = path.split('/')[0] ?? ''
  const isGraph = /^graph\.\w+$/.test(path)
  const kind = isGraph ? 'graph' : (FOLDERS[folder as keyof typeof FOLDERS] ?? 'artifact')
  const isText = kind === 'text' || kind === 'histogram' || isGraph
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { kind, name: path, value: isText ? bytes.toString() : sha256 }
}

function valuesIn(body: Buffer): number {
  try {
    const { metrics = [], params = [] } = JSON.parse(body.toString())
    return metrics.length + params.length
  } catch {
    return 1
  }
}
