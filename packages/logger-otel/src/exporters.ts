import { type ExportResult, ExportResultCode } from '@opentelemetry/core'
import type {
  AggregationTemporality,
  InstrumentType,
  PushMetricExporter,
  ResourceMetrics,
} from '@opentelemetry/sdk-metrics'
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-base'

type Done = (result: ExportResult) => void

/** What became of an export. */
export interface ExportWatch {
  taken(items: number): void
  /** @param error as the exporter has it: it may hold what the collector answered */
  failed(items: number, error: Error | undefined): void
  /** Of an export that was taken. @param message what the collector says, also where it refused nothing */
  refused(items: number, message: string | undefined): void
}

/**
 * Failures go to the watch, and no further: the SDK would hand them with all they hold to whoever listens
 * to its diagnostics.
 */
function watched(watch: ExportWatch, items: number, done: Done): Done {
  return ({ code, error }) => {
    if (code === ExportResultCode.SUCCESS) watch.taken(items)
    else watch.failed(items, error)
    done({ code: ExportResultCode.SUCCESS })
  }
}

/** An exporter of spans that says what became of them. */
export class WatchedSpanExporter implements SpanExporter {
  readonly #inner: SpanExporter
  readonly #watch: ExportWatch

  constructor(inner: SpanExporter, watch: ExportWatch) {
    this.#inner = inner
    this.#watch = watch
  }

  export(spans: ReadableSpan[], done: Done): void {
    this.#inner.export(spans, watched(this.#watch, spans.length, done))
  }

  forceFlush(): Promise<void> {
    return this.#inner.forceFlush?.() ?? Promise.resolve()
  }

  shutdown(): Promise<void> {
    return this.#inner.shutdown()
  }
}

/** An exporter of metrics that says what became of them. */
export class WatchedMetricExporter implements PushMetricExporter {
  readonly #inner: PushMetricExporter
  readonly #watch: ExportWatch
  readonly #isJson: boolean

  /** @param isJson whether it writes JSON, in which the SDK writes `null` for NaN and infinities */
  constructor(inner: PushMetricExporter, watch: ExportWatch, isJson: boolean) {
    this.#inner = inner
    this.#watch = watch
    this.#isJson = isJson
  }

  export(metrics: ResourceMetrics, done: Done): void {
    const sent = this.#isJson ? withoutNonFinite(metrics) : metrics
    this.#inner.export(sent, watched(this.#watch, 1, done))
  }

  selectAggregationTemporality(kind: InstrumentType): AggregationTemporality {
    // 1 is cumulative, the default of the specification.
    return this.#inner.selectAggregationTemporality?.(kind) ?? 1
  }

  forceFlush(): Promise<void> {
    return this.#inner.forceFlush()
  }

  shutdown(): Promise<void> {
    return this.#inner.shutdown()
  }
}

/** A gap is true; what a collector makes of `null` is not. */
function withoutNonFinite(metrics: ResourceMetrics): ResourceMetrics {
  const scopeMetrics = metrics.scopeMetrics.map((scope) => ({
    ...scope,
    metrics: scope.metrics
      .map((metric) => ({
        ...metric,
        dataPoints: metric.dataPoints.filter(
          ({ value }) => typeof value !== 'number' || Number.isFinite(value),
        ),
      }))
      .filter(({ dataPoints }) => dataPoints.length > 0),
  }))
  return { ...metrics, scopeMetrics } as ResourceMetrics
}
