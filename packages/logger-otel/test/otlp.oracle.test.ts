import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { definePlugin } from '@regimen/core'
import { describe, expect, it } from 'vitest'
import { pythonWith } from '../../../tooling/oracle-python.js'
import { otelLogger } from '../src/index.js'
import { collector } from './helpers/collector.js'
import { training } from './helpers/training.js'

const python = pythonWith('opentelemetry.proto.collector.trace.v1.trace_service_pb2')
const script = join(import.meta.dirname, 'otlp', 'read.py')

interface Read {
  readonly resourceSpans?: readonly {
    readonly scopeSpans: readonly { readonly spans: Named[] }[]
  }[]
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: Named[] }[]
  }[]
}
interface Named {
  readonly name: string
  readonly gauge?: { readonly dataPoints: readonly { readonly asDouble: unknown }[] }
}

describe.skipIf(!python)('OpenTelemetry’s own definitions', () => {
  it.each([
    ['http/json', []],
    ['http/protobuf', ['NaN']],
  ] as const)('read all that is sent as %s', async (protocol, odd) => {
    const fake = await collector()
    const worst = definePlugin({
      name: 'worst',
      apply: ({ hooks, log }) => hooks.epochEnd.tap('worst', () => log('worst', Number.NaN)),
    })
    const own = { endpoint: fake.url, protocol, deadlineMs: 60_000 }
    await training({ plugins: [otelLogger(own), worst] }).fit()
    const input = fake.requests
      .map(
        ({ path, headers, body }) => `${path} ${headers['content-type']} ${body.toString('hex')}`,
      )
      .join('\n')
    const all: Read[] = JSON.parse(
      execFileSync(python ?? '', [script], { input, encoding: 'utf8' }),
    )
    const spans = all
      .flatMap(({ resourceSpans = [] }) => resourceSpans.flatMap(({ scopeSpans }) => scopeSpans))
      .flatMap((scope) => scope.spans.map(({ name }) => name))
    const epoch = ['regimen.validation', 'regimen.epoch']
    expect(spans).toEqual([...epoch, ...epoch, 'regimen.fit'])
    const metrics = all
      .flatMap(({ resourceMetrics = [] }) => resourceMetrics.flatMap((one) => one.scopeMetrics))
      .flatMap((scope) => scope.metrics)
    const valuesOf = (name: string) =>
      metrics
        .filter((metric) => metric.name === name)
        .flatMap(({ gauge }) => (gauge?.dataPoints ?? []).map(({ asDouble }) => asDouble))
    expect(new Set(valuesOf('regimen.metric.val_loss'))).toEqual(new Set([7]))
    expect([...new Set(valuesOf('regimen.metric.worst'))]).toEqual(odd)
    expect(metrics.map(({ name }) => name)).toContain('regimen.step.duration')
  })
})
