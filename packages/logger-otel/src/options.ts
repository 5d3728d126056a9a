import {
  amount,
  count,
  custom,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
  text,
} from '@regimen/core'

/** What `otelLogger` takes. Each defaults to the variable that OpenTelemetry has for it. */
export interface OtelOptions {
  /** Base address of an OTLP/HTTP collector. Default: `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint?: string
  /** Sent with each request, beside those of `OTEL_EXPORTER_OTLP_HEADERS`. */
  readonly headers?: Readonly<Record<string, string>>
  /** How requests are encoded. Default: `OTEL_EXPORTER_OTLP_PROTOCOL`, else `http/protobuf`. */
  readonly protocol?: 'http/protobuf' | 'http/json'
  /** The resource's `service.name`. Default: `OTEL_SERVICE_NAME`. */
  readonly serviceName?: string
  /** A span for every n-th batch of an epoch. Default 0: none. */
  readonly stepSpans?: number
  /** Milliseconds between exports of metrics. Default: `OTEL_METRIC_EXPORT_INTERVAL`, else 10,000. */
  readonly exportIntervalMs?: number
  /** Milliseconds that the end of a run waits for the collector. Default 5000. */
  readonly deadlineMs?: number
  /** Distinguishes two loggers of the same kind. Default `otel-logger`. */
  readonly id?: string
}

/** Characters of a header's name, by RFC 9110, and of a value. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~\w-]+$/
const HEADER_VALUE = /^[\x20-\x7e]*$/

/** The options of {@link OtelOptions}. */
export const options = optionSchema('otelLogger', {
  endpoint: custom<string>({
    wanted:
      'the address of an OTLP/HTTP collector, such as "http://127.0.0.1:4318", without user, password or query',
    type: 'string',
    json: { type: 'string', pattern: '^https?://[^?#@]+$' },
    isRight: isAddress,
  })
    .secret()
    .otherwise('`OTEL_EXPORTER_OTLP_ENDPOINT`')
    .describe(
      'base address of an OTLP/HTTP collector; `v1/traces` and `v1/metrics` follow it',
    ),
  headers: custom<Readonly<Record<string, string>>>({
    wanted: 'an object of printable ASCII strings under names of headers',
    type: 'Record<string, string>',
    json: { type: 'object', additionalProperties: { type: 'string' } },
    isRight: areHeaders,
  })
    .secret()
    .otherwise('`OTEL_EXPORTER_OTLP_HEADERS`')
    .describe('sent with each request, over those of the variable; never shown'),
  protocol: oneOf('http/protobuf', 'http/json')
    .otherwise('`OTEL_EXPORTER_OTLP_PROTOCOL`, else `http/protobuf`')
    .describe('how requests are encoded'),
  serviceName: text()
    .matching(/\S/, 'a non-empty string')
    .otherwise('`OTEL_SERVICE_NAME`')
    .describe("the resource's `service.name`"),
  stepSpans: count()
    .default(0)
    .describe('a span for every n-th batch of an epoch, from the first on; 0: none'),
  exportIntervalMs: amount()
    .from(1)
    .otherwise('`OTEL_METRIC_EXPORT_INTERVAL`, else 10000')
    .describe('milliseconds between exports of metrics'),
  deadlineMs: amount()
    .default(5000)
    .describe('milliseconds that the end of a run waits for the collector'),
  id: text()
    .matching(/\S/, 'a non-empty string')
    .default('otel-logger')
    .describe('distinguishes two loggers of the same kind'),
} satisfies OptionFieldsOf<OtelOptions>)

/** Whether a value is the base address of a collector. Keys go into `headers`, which nobody sees. */
export function isAddress(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value) || /[?#]/.test(value))
    return false
  const { protocol, username, password } = new URL(value)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

function areHeaders(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(value).every(
    ([name, content]) =>
      HEADER_NAME.test(name) && typeof content === 'string' && HEADER_VALUE.test(content),
  )
}
