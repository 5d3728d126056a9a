import { context, metrics, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { onTestFinished, vi } from 'vitest'

/** Registers providers as a program does, for one test. */
export function registered() {
  const exporter = new InMemorySpanExporter()
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  const gauges = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
  const reader = new PeriodicExportingMetricReader({ exporter: gauges })
  const meters = new MeterProvider({ readers: [reader] })
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  trace.setGlobalTracerProvider(tracers)
  metrics.setGlobalMeterProvider(meters)
  const shutdown = [vi.spyOn(tracers, 'shutdown'), vi.spyOn(meters, 'shutdown')]
  onTestFinished(async () => {
    for (const api of [context, trace, metrics]) api.disable()
    await tracers.shutdown()
    await meters.shutdown()
  })
  return {
    shutdown,
    spans: (): readonly ReadableSpan[] => exporter.getFinishedSpans(),
    /** The tree of spans, each under its parent, in the order of their beginnings. */
    tree: () => treeOf(exporter.getFinishedSpans()),
    points: async () => {
      await meters.forceFlush()
      const scopes = gauges.getMetrics().at(-1)?.scopeMetrics ?? []
      return scopes.flatMap((scope) =>
        scope.metrics.flatMap(({ descriptor, dataPoints }) =>
          dataPoints.map(({ value, attributes }) => ({ name: descriptor.name, value, attributes })),
        ),
      )
    },
  }
}

function treeOf(spans: readonly ReadableSpan[]): string[] {
  const below = (parent: string | undefined, depth: number): string[] =>
    spans
      .filter((span) => span.parentSpanContext?.spanId === parent)
      .sort((a, b) => a.startTime[0] - b.startTime[0] || a.startTime[1] - b.startTime[1])
      .flatMap((span) => [
        `${'  '.repeat(depth)}${span.name}`,
        ...below(span.spanContext().spanId, depth + 1),
      ])
  return below(undefined, 0)
}
