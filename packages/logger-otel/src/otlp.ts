import type { ISerializer } from '@opentelemetry/otlp-transformer'
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics'
import type { SpanExporter } from '@opentelemetry/sdk-trace-base'
import type { Destination } from './destination.js'

/** Called with what a collector did not take of an export, and with what it says about it. */
export type Refused = (items: number, message: string | undefined) => void

type Headers = Readonly<Record<string, string>> | undefined

const TYPES = {
  'http/json': 'application/json',
  'http/protobuf': 'application/x-protobuf',
}

/** An exporter of spans as `OTLPTraceExporter` is, whose partial success is heard. */
export async function spanExporter(
  { url, protocol }: Destination,
  headers: Headers,
  refused: Refused,
): Promise<SpanExporter> {
  const { http, base, otlp } = await parts()
  const { JsonTraceSerializer, ProtobufTraceSerializer } = otlp
  const serializer =
    protocol === 'http/json' ? JsonTraceSerializer : ProtobufTraceSerializer
  const heard = listening(serializer, ({ rejectedSpans, errorMessage }) =>
    refused(Number(rejectedSpans ?? 0), errorMessage),
  )
  const required = { 'Content-Type': TYPES[protocol] }
  const settings = { url, headers: { ...headers } }
  const options = http.convertLegacyHttpOptions(settings, 'TRACES', 'v1/traces', required)
  const helper = otlp.TraceExporterMetricsHelper
  const type = 'otlp_http_span_exporter'
  return new base.OTLPExporterBase(
    http.createOtlpHttpExportDelegate(options, heard, type, helper, undefined),
  )
}

/** An exporter of metrics as `OTLPMetricExporter` is, whose partial success is heard. */
export async function metricExporter(
  { url, protocol }: Destination,
  headers: Headers,
  refused: Refused,
): Promise<PushMetricExporter> {
  const { OTLPMetricExporterBase } = await import(
    '@opentelemetry/exporter-metrics-otlp-http'
  )
  const { http, otlp } = await parts()
  const { JsonMetricsSerializer, ProtobufMetricsSerializer } = otlp
  const serializer =
    protocol === 'http/json' ? JsonMetricsSerializer : ProtobufMetricsSerializer
  const heard = listening(serializer, ({ rejectedDataPoints, errorMessage }) =>
    refused(Number(rejectedDataPoints ?? 0), errorMessage),
  )
  const required = { 'Content-Type': TYPES[protocol] }
  const settings = { url, headers: { ...headers } }
  const options = http.convertLegacyHttpOptions(
    settings,
    'METRICS',
    'v1/metrics',
    required,
  )
  const helper = otlp.MetricsExporterMetricsHelper
  const type = 'otlp_http_metric_exporter'
  return new OTLPMetricExporterBase(
    http.createOtlpHttpExportDelegate(options, heard, type, helper, undefined),
    settings,
  )
}

async function parts() {
  return {
    base: await import('@opentelemetry/otlp-exporter-base'),
    http: await import('@opentelemetry/otlp-exporter-base/node-http'),
    otlp: await import('@opentelemetry/otlp-transformer'),
  }
}

/** What a collector answers: `Partial` is there where it did not take all. */
interface Answer<Partial> {
  partialSuccess?: Partial
}

/**
 * The serializer, with an ear for partial success. Nothing of it goes further: the SDK would hand what the collector
 * says to whoever listens to its diagnostics.
 */
function listening<Request, Partial>(
  serializer: ISerializer<Request, Answer<Partial>>,
  heard: (partial: Partial) => void,
): ISerializer<Request, Answer<Partial>> {
  return {
    serializeRequest: (request) => serializer.serializeRequest(request),
    deserializeResponse(data) {
      const { partialSuccess } = serializer.deserializeResponse(data)
      if (partialSuccess) heard(partialSuccess)
      return {}
    },
  }
}
