import {
  createNoopMeter,
  type Meter,
  ProxyTracerProvider,
  type Tracer,
} from '@opentelemetry/api'
import { RegimenError, type Reporter } from '@regimen/core'
import type { Redactor } from '@regimen/logger-kit'
import {
  destinationOf,
  type Environment,
  isDisabled,
  isOff,
  millisecondsOf,
} from './destination.js'
import { type Counts, ExportReport } from './export-report.js'
import type { OtelOptions } from './options.js'
import { ownProviders } from './own-providers.js'
import {
  registeredMeterProvider,
  registeredTracerProvider,
} from './registered-providers.js'

const SCOPE = '@regimen/logger-otel'
const INTERVAL_MS = 10_000

/** What a run writes its spans and metrics to. */
export interface Telemetry {
  readonly tracer: Tracer
  readonly meter: Meter
  readonly counts: Counts
  /** Exports the rest, within the deadline. Never rejects. Leaves what the program has registered. */
  close(): Promise<void>
}

/** What {@link openTelemetry} takes. */
export interface TelemetryOptions extends OtelOptions {
  readonly deadlineMs: number
  readonly environment: Environment
  readonly report: Reporter
  readonly redactor: Redactor
}

/**
 * The providers that the program has registered; for a signal without one, providers of our own for the
 * length of a run.
 *
 * @throws REG_OPTION_INVALID if there is neither, or a variable cannot be used
 */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const { environment, report, redactor, deadlineMs } = options
  const exports = new ExportReport(report, redactor)
  if (isDisabled(environment)) return silent(exports)
  const registered = {
    tracers: registeredTracerProvider(),
    meters: registeredMeterProvider(),
  }
  const traces = registered.tracers
    ? undefined
    : destinationOf('traces', options, environment)
  const metrics = registered.meters
    ? undefined
    : destinationOf('metrics', options, environment)
  checkSomewhere([registered.tracers, registered.meters, traces, metrics], environment)
  if (registered.tracers && registered.meters && options.endpoint !== undefined)
    report.info(
      '"endpoint" is not used: the program has registered providers of its own.',
    )
  const own = await ownProviders({
    traces,
    metrics,
    headers: options.headers,
    serviceName: options.serviceName,
    exportIntervalMs:
      options.exportIntervalMs ??
      millisecondsOf(environment, 'OTEL_METRIC_EXPORT_INTERVAL') ??
      INTERVAL_MS,
    ended: () => exports.ended(),
    watch: (signal, url) => exports.watch(signal, url),
  })
  const tracers = registered.tracers ?? own.tracers ?? new ProxyTracerProvider()
  const meters = registered.meters ?? own.meters
  return {
    tracer: tracers.getTracer(SCOPE),
    meter: meters?.getMeter(SCOPE) ?? createNoopMeter(),
    get counts() {
      return exports.counts
    },
    close: async () =>
      exports.close(await isDoneWithin(deadlineMs, own.shutdown()), deadlineMs),
  }
}

/** Whether a promise is settled within some time. It must not reject. */
async function isDoneWithin(milliseconds: number, done: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const isOver = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds)
  })
  const isDone = await Promise.race([done.then(() => true), isOver])
  clearTimeout(timer)
  return isDone
}

function silent(exports: ExportReport): Telemetry {
  return {
    tracer: new ProxyTracerProvider().getTracer(SCOPE),
    meter: createNoopMeter(),
    counts: exports.counts,
    close: () => Promise.resolve(),
  }
}

function checkSomewhere(places: readonly unknown[], environment: Environment): void {
  const isMeant = !isOff('traces', environment) || !isOff('metrics', environment)
  if (!isMeant || places.some(Boolean)) return
  const way =
    'expected the address of a collector, there or in OTEL_EXPORTER_OTLP_ENDPOINT, or providers that the program registers before the run'
  throw new RegimenError(
    'REG_OPTION_INVALID',
    `otelLogger: "endpoint" is missing; ${way}.`,
    {
      data: { owner: 'otelLogger', option: 'endpoint' },
    },
  )
}
