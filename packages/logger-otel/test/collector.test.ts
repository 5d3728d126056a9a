import { inspect } from 'node:util'
import { DiagLogLevel, diag } from '@opentelemetry/api'
import { definePlugin } from '@regimen/core'
import { afterEach, expect, it, vi } from 'vitest'
import { type OtelHandle, otelLogger } from '../src/index.js'
import { collector } from './helpers/collector.js'
import { training } from './helpers/training.js'

const KEY = 'marker-key-0123456789abcdef'
const json = {
  protocol: 'http/json',
  headers: { authorization: `Bearer ${KEY}` },
  deadlineMs: 60_000,
} as const

afterEach(() => vi.unstubAllEnvs())

it('sends spans and metrics that a strict collector takes', async () => {
  const fake = await collector()
  const odd = definePlugin({
    name: 'odd',
    apply: ({ hooks, log }) =>
      hooks.epochEnd.tap('odd', () => {
        log('worst', Number.NaN)
        log('größe', 1)
      }),
  })
  vi.stubEnv('OTEL_RESOURCE_ATTRIBUTES', 'service.name=other,team=vision%20lab')
  vi.stubEnv('OTEL_SERVICE_NAME', 'digits')
  const { fit, logger } = training({ plugins: [otelLogger({ ...json, endpoint: fake.url }), odd] })
  await fit()
  expect(fake.faults).toEqual([])
  const names = fake.spans.map(({ name }) => name)
  const epoch = ['regimen.validation', 'regimen.epoch']
  expect(names).toEqual([...epoch, ...epoch, 'regimen.fit'])
  const run = fake.spans.at(-1)
  expect(run?.attributes).toMatchObject({
    'regimen.metric.loss': 2.5,
    'regimen.metric.worst': 'NaN',
  })
  expect(run?.resource).toMatchObject({
    ...{ 'service.name': 'digits', team: 'vision lab', 'telemetry.sdk.language': 'nodejs' },
    'service.instance.id': expect.stringMatching(/^[0-9a-f-]{36}$/),
  })
  const gauges = fake.points.filter(({ kind }) => kind === 'gauge').map(({ name }) => name)
  expect(new Set(gauges)).toEqual(new Set(['regimen.metric.loss', 'regimen.metric.val_loss']))
  const counters = fake.points.filter(({ kind }) => kind === 'sum')
  expect(counters.map(({ name, point }) => [name, point.asDouble])).toEqual([
    ['regimen.steps', 4],
    ['regimen.samples', 12],
  ])
  const [duration] = fake.points.filter(({ name }) => name === 'regimen.step.duration')
  expect(duration).toMatchObject({ kind: 'histogram', unit: 's', point: { count: 4 } })
  expect((logger() as OtelHandle).counts).toEqual({ ended: 5, exported: 5, failed: 0 })
  expect(fake.requests.every(({ headers }) => headers.authorization === `Bearer ${KEY}`)).toBe(true)
})

it('takes address, headers and service from the variables, and sends protobuf', async () => {
  const fake = await collector()
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', fake.url)
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', `x-key=${KEY}`)
  vi.stubEnv('OTEL_SERVICE_NAME', 'by variable')
  await training({ plugins: [otelLogger({ serviceName: 'by option', deadlineMs: 60_000 })] }).fit()
  const paths = fake.requests.map(({ path }) => path)
  expect(new Set(paths)).toEqual(new Set(['/v1/traces', '/v1/metrics']))
  for (const { headers, body } of fake.requests) {
    expect(headers).toMatchObject({ 'content-type': 'application/x-protobuf', 'x-key': KEY })
    expect(body.includes('by option')).toBe(true)
  }
})

it('makes providers for each run, and sends one signal only if asked', async () => {
  const fake = await collector()
  vi.stubEnv('OTEL_METRICS_EXPORTER', 'none')
  const { fit } = training({ plugins: [otelLogger({ ...json, endpoint: fake.url })] })
  await fit()
  await fit()
  expect(new Set(fake.requests.map(({ path }) => path))).toEqual(new Set(['/v1/traces']))
  expect(fake.spans.filter(({ name }) => name === 'regimen.fit')).toHaveLength(2)
})

it('does nothing where OpenTelemetry is switched off', async () => {
  const fake = await collector()
  vi.stubEnv('OTEL_SDK_DISABLED', 'TRUE')
  const { fit, lines } = training({ plugins: [otelLogger({ endpoint: fake.url })] })
  await fit()
  expect([fake.requests, lines()]).toEqual([[], []])
})

it('ends a run at its start if there is nowhere to send to', async () => {
  const { fit } = training({ plugins: [otelLogger()] })
  await expect(fit()).rejects.toMatchObject({ code: 'REG_OPTION_INVALID' })
})

it.each([
  ['refuses a key', 401, 'HTTP 401'],
  ['refuses what it is sent', 400, 'HTTP 400'],
])('says once that a collector %s, and the run ends as it would', async (_, status, reason) => {
  const fake = await collector()
  fake.answer = ({ headers }, response) => {
    response.writeHead(status).end(`not with ${headers.authorization}`)
    return true
  }
  const diagnostics: unknown[] = []
  const note = (...words: unknown[]) => void diagnostics.push(words)
  const all = { error: note, warn: note, info: note, debug: note, verbose: note }
  diag.setLogger(all, DiagLogLevel.INFO)
  const { fit, lines, logger } = training({
    plugins: [otelLogger({ ...json, endpoint: fake.url })],
  })
  const { stop } = await fit()
  diag.disable()
  expect(stop).toEqual({ kind: 'maxEpochs' })
  expect(lines()).toHaveLength(1)
  expect(lines()[0]).toContain(reason)
  expect((logger() as OtelHandle).counts).toEqual({ ended: 5, exported: 0, failed: 5 })
  expect(inspect([lines(), diagnostics, logger()], { depth: null })).not.toContain(KEY)
})

it('waits for a collector that is away or hangs until the deadline, and says so once', async () => {
  const fake = await collector()
  fake.answer = () => true
  const away = { ...json, endpoint: fake.url }
  const hung = training({ plugins: [otelLogger({ ...away, deadlineMs: 50 })] })
  expect((await hung.fit()).stop).toEqual({ kind: 'maxEpochs' })
  expect(hung.lines()).toEqual([expect.stringContaining('did not take 5 of 5 spans')])
  fake.down()
  const gone = training({ plugins: [otelLogger({ ...away, deadlineMs: 0 })] })
  expect((await gone.fit()).stop).toEqual({ kind: 'maxEpochs' })
  expect(gone.lines()).toHaveLength(1)
})

it('tells other loggers that the run ends before it waits for a collector', async () => {
  const fake = await collector()
  let isTold = false
  const other = definePlugin({
    name: 'other',
    apply: ({ provide }) =>
      provide('logger', {
        ...{ name: 'other', id: 'other' },
        [Symbol.for('regimen.logger-hurry')]: () => {
          isTold = true
        },
      } as never),
  })
  // It hangs until then.
  fake.answer = () => !isTold
  const own = { ...json, endpoint: fake.url, deadlineMs: 5000 }
  const { fit, lines } = training({ plugins: [other, otelLogger(own)] })
  await fit()
  expect([lines(), fake.spans.length]).toEqual([[], 5])
})

it('sends again what a collector had no time for', async () => {
  const fake = await collector()
  let refusals = 0
  fake.answer = (_, response) => {
    if (refusals++ > 1) return false
    response.writeHead(429, { 'retry-after': '0' }).end()
    return true
  }
  const own = { ...json, endpoint: fake.url, deadlineMs: 60_000 }
  const { fit, lines, logger } = training({ plugins: [otelLogger(own)] })
  await fit()
  expect(lines()).toEqual([])
  expect((logger() as OtelHandle).counts).toEqual({ ended: 5, exported: 5, failed: 0 })
})

it('keeps no more spans than its queue has room for, and says that some are lost', async () => {
  const fake = await collector()
  vi.stubEnv('OTEL_BSP_MAX_QUEUE_SIZE', '10')
  vi.stubEnv('OTEL_BSP_MAX_EXPORT_BATCH_SIZE', '10')
  const held: (() => void)[] = []
  fake.answer = (_, response) => {
    if (held.length > 0) return false
    held.push(() => response.writeHead(200).end())
    return true
  }
  const own = { ...json, endpoint: fake.url, stepSpans: 1, deadlineMs: 0 }
  const { fit, lines, logger } = training({
    plugins: [otelLogger(own)],
    options: { maxEpochs: 20 },
  })
  await fit()
  for (const release of held) release()
  const { ended, exported } = (logger() as OtelHandle).counts
  expect(ended).toBe(81)
  expect(exported).toBeLessThan(ended)
  expect(lines()).toHaveLength(1)
})

it('says what a collector refused of an export that it took, and why', async () => {
  const fake = await collector()
  const heard = vi.fn()
  diag.setLogger(
    { verbose() {}, debug() {}, info() {}, warn: heard, error: heard },
    DiagLogLevel.ALL,
  )
  fake.answer = ({ path, headers }, response) => {
    response.writeHead(200, { 'content-type': headers['content-type'] })
    const message = `no room\nfor ${KEY}`
    const partialSuccess =
      path === '/v1/traces'
        ? { rejectedSpans: '2', errorMessage: message }
        : { errorMessage: 'old schema' }
    response.end(JSON.stringify({ partialSuccess }))
    return true
  }
  const { fit, logger, lines } = training({
    plugins: [otelLogger({ ...json, endpoint: fake.url })],
  })
  await fit()
  diag.disable()
  expect(lines().filter((line) => line.includes('refused'))).toEqual([
    expect.stringMatching(/^The collector gets less .* refused 2 spans: no room for \S+\.$/),
  ])
  expect(lines().filter((line) => line.includes('says of metrics: old schema'))).toHaveLength(1)
  expect(lines().join()).not.toContain(KEY)
  const { ended, exported, failed } = (logger() as OtelHandle).counts
  expect([exported, failed]).toEqual([ended - 2, 2])
  expect(heard).not.toHaveBeenCalled()
})
