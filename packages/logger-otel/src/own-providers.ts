import type { MeterProvider, TracerProvider } from '@opentelemetry/api'
import type { ResourceMetrics } from '@opentelemetry/sdk-metrics'
import type { Destination, Signal } from './destination.js'
import {
  type ExportWatch,
  WatchedMetricExporter,
  WatchedSpanExporter,
} from './exporters.js'
import { metricExporter, spanExporter } from './otlp.js'

/** What providers of one run are made with. */
export interface OwnProvidersOptions {
  /** Where spans go; nowhere if absent. */
  readonly traces: Destination | undefined
  /** Where metrics go; nowhere if absent. */
  readonly metrics: Destination | undefined
  readonly headers: Readonly<Record<string, string>> | undefined
  readonly serviceName: string | undefined
  readonly exportIntervalMs: number
  /** Called for each span that will be exported. */
  readonly ended: () => void
  /** What watches the exports of a signal. */
  readonly watch: (signal: Signal, url: string) => ExportWatch
}

/** Providers that export to a collector, until they are shut down. */
export interface OwnProviders {
  readonly tracers: TracerProvider | undefined
  readonly meters: MeterProvider | undefined
  /** Exports the rest. Never rejects; takes as long as the exporters' own limits. */
  shutdown(): Promise<void>
}

/** Makes providers of OpenTelemetry's SDK, which is loaded only now. */
export async function ownProviders(options: OwnProvidersOptions): Promise<OwnProviders> {
  const resource = await resourceOf(options.serviceName)
  const tracers = options.traces && (await tracerProvider(options.traces))
  const meters = options.metrics && (await meterProvider(options.metrics))
  return {
    tracers,
    meters,
    shutdown: async () =>
      void (await Promise.allSettled([tracers?.shutdown(), meters?.shutdown()])),
  }

  async function tracerProvider(destination: Destination) {
    const { BasicTracerProvider, BatchSpanProcessor } = await import(
      '@opentelemetry/sdk-trace-base'
    )
    const watch = options.watch('traces', destination.url)
    const exporter = await spanExporter(destination, options.headers, watch.refused)
    const watched = new WatchedSpanExporter(exporter, watch)
    return new BasicTracerProvider({
      resource,
      spanProcessors: [new SpanCounter(options.ended), new BatchSpanProcessor(watched)],
    })
  }

  async function meterProvider(destination: Destination) {
    const sdk = await import('@opentelemetry/sdk-metrics')
    const watch = options.watch('metrics', destination.url)
    const exporter = await metricExporter(destination, options.headers, watch.refused)
    const isJson = destination.protocol === 'http/json'
    const reader = new sdk.PeriodicExportingMetricReader({
      exporter: new WatchedMetricExporter(exporter, watch, isJson),
      exportIntervalMillis: options.exportIntervalMs,
    })
    return new sdk.MeterProvider({ resource, readers: [reader] })
  }
}

/** The options come before the variables, these before what is known anyway. */
async function resourceOf(serviceName: string | undefined): Promise<Resource> {
  const sdk = await import('@opentelemetry/resources')
  const { serviceInstanceIdDetector, envDetector } = sdk
  const detectors = [serviceInstanceIdDetector, envDetector]
  const found = sdk.defaultResource().merge(sdk.detectResources({ detectors }))
  if (serviceName === undefined) return found
  return found.merge(sdk.resourceFromAttributes({ 'service.name': serviceName }))
}

type Resource = ResourceMetrics['resource']

/** Counts the spans that are to be exported: of those that the SDK drops from a full queue it says nothing. */
class SpanCounter {
  readonly #ended: () => void

  constructor(ended: () => void) {
    this.#ended = ended
  }

  onStart(): void {}

  onEnd(span: { spanContext(): { readonly traceFlags: number } }): void {
    if (span.spanContext().traceFlags & 1) this.#ended()
  }

  forceFlush(): Promise<void> {
    return Promise.resolve()
  }

  shutdown(): Promise<void> {
    return Promise.resolve()
  }
}
