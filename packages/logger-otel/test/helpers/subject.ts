import { type Arrived, FakeService, type LoggerSubject } from '@regimen/logger-kit/testing'

const KEY = 'marker-key-0123456789abcdef'
const PREFIX = 'regimen.metric.'

/** The logger against a collector of its own. Exports follow each other quickly: a case need not wait. */
export const subject: LoggerSubject = {
  entry: new URL('./entry.ts', import.meta.url),
  kinds: ['metric', 'parameter', 'text'],
  marker: KEY,
  withoutSpool: {
    loses: 'spans are made where the loop runs, and OpenTelemetry queues them in memory',
    lostAnswers: 'OTLP has no key by which a collector knows again what is sent twice',
    latestOnly: 'a gauge is exported with its latest value',
    resends: [429, 502, 503, 504],
  },
  async start() {
    const taken: Arrived[] = []
    const service = new FakeService(({ body }) => {
      taken.push(...metricsIn(JSON.parse(body.toString())))
      return { status: 200 }
    })
    await service.up()
    const { requests } = service
    return {
      settings: {
        endpoint: service.url,
        headers: { authorization: `Bearer ${KEY}` },
        protocol: 'http/json',
        exportIntervalMs: 500,
      },
      received: async () => taken,
      stop: () => service.down(),
      service: {
        fail: (fault, { times }) => service.fail(fault, { times }),
        heal: () => service.heal(),
        down: () => service.down(),
        up: async () => void (await service.up()),
        writes: () => requests.map(({ at }) => ({ at, values: 1 })),
        traffic: () => ({
          headers: JSON.stringify(requests.map(({ headers }) => headers)),
          urls: requests.map(({ url }) => url).join('\n'),
          bodies: requests.map(({ body }) => body.toString()).join('\n'),
        }),
        runs: () => 0,
        statuses: () => [],
      },
    }
  },
}

interface Point {
  readonly asDouble: number
  readonly timeUnixNano: string
}

interface Metrics {
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly {
      readonly metrics: readonly {
        readonly name: string
        readonly gauge?: { readonly dataPoints: readonly Point[] }
      }[]
    }[]
  }[]
}

function metricsIn({ resourceMetrics = [] }: Metrics): Arrived[] {
  return resourceMetrics
    .flatMap(({ scopeMetrics }) => scopeMetrics)
    .flatMap(({ metrics }) => metrics)
    .flatMap(({ name, gauge }) =>
      (gauge?.dataPoints ?? []).map(({ asDouble: value, timeUnixNano }) => {
        const time = Number(timeUnixNano) / 1e6
        return { kind: 'metric' as const, name: name.slice(PREFIX.length), value, time }
      }),
    )
}
