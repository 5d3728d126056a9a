/** What a field of OTLP's JSON must be: a check, a message of fields, or a list of one kind. */
type Kind = ((value: unknown) => boolean) | { readonly [field: string]: Kind } | readonly [Kind]

const text: Kind = (value) => typeof value === 'string'
const flag: Kind = (value) => typeof value === 'boolean'
const integer: Kind = (value) => Number.isSafeInteger(value)
const count: Kind = (value) => Number.isSafeInteger(value) && Number(value) >= 0
const double: Kind = (value) => typeof value === 'number' && Number.isFinite(value)
const hex =
  (length: number): Kind =>
  (value) =>
    typeof value === 'string' && /^[0-9a-f]+$/.test(value) && value.length === length
const nanoseconds: Kind = (value) => typeof value === 'string' && /^\d{19}$/.test(value)
const value: Kind = { stringValue: text, intValue: integer, doubleValue: double, boolValue: flag }
const attributes: Kind = [{ key: text, value }]
const resource: Kind = { attributes, droppedAttributesCount: count }
const scope: Kind = { name: text, version: text }
const event: Kind = {
  name: text,
  timeUnixNano: nanoseconds,
  attributes,
  droppedAttributesCount: count,
}
const span: Kind = {
  traceId: hex(32),
  spanId: hex(16),
  parentSpanId: hex(16),
  name: text,
  kind: (kind) => kind === 1,
  startTimeUnixNano: nanoseconds,
  endTimeUnixNano: nanoseconds,
  attributes,
  droppedAttributesCount: count,
  events: [event],
  droppedEventsCount: count,
  status: { code: count, message: text },
  links: [() => false],
  droppedLinksCount: count,
  flags: count,
}
const times: Kind = { attributes, startTimeUnixNano: nanoseconds, timeUnixNano: nanoseconds }
const number: Kind = { ...times, asDouble: double, asInt: integer }
const histogram: Kind = {
  ...times,
  ...{
    count,
    sum: double,
    min: double,
    max: double,
    bucketCounts: [count],
    explicitBounds: [double],
  },
}
const points = (point: Kind, more: Record<string, Kind> = {}): Kind => ({
  dataPoints: [point],
  ...more,
})
const isCumulative: Kind = (found) => found === 2
const metric: Kind = {
  ...{ name: text, description: text, unit: text, gauge: points(number) },
  sum: points(number, { aggregationTemporality: isCumulative, isMonotonic: flag }),
  histogram: points(histogram, { aggregationTemporality: isCumulative }),
}

/** The requests that a collector takes, by their paths. */
export const REQUESTS: Readonly<Record<string, Kind>> = {
  '/v1/traces': { resourceSpans: [{ resource, scopeSpans: [{ scope, spans: [span] }] }] },
  '/v1/metrics': { resourceMetrics: [{ resource, scopeMetrics: [{ scope, metrics: [metric] }] }] },
}

/** What a decoded value has that OTLP's JSON does not know, or not so. */
export function faultsOf(found: unknown, kind: Kind, place = ''): string[] {
  if (typeof kind === 'function') return kind(found) ? [] : [`${place} is ${JSON.stringify(found)}`]
  if (Array.isArray(kind)) {
    if (!Array.isArray(found)) return [`${place} is no list`]
    return found.flatMap((item, index) => faultsOf(item, kind[0], `${place}[${index}]`))
  }
  if (typeof found !== 'object' || found === null) return [`${place} is no message`]
  return Object.entries(found).flatMap(([name, inner]) => {
    const known = Object.hasOwn(kind, name) ? (kind as Record<string, Kind>)[name] : undefined
    return known ? faultsOf(inner, known, `${place}.${name}`) : [`${place}.${name} is unknown`]
  })
}

type Value = string | number | boolean

/** Attributes of OTLP's JSON as an object. */
export function plain(
  list: readonly { readonly key: string; readonly value: Readonly<Record<string, Value>> }[],
): Record<string, Value | undefined> {
  return Object.fromEntries(list.map(({ key, value: one }) => [key, Object.values(one)[0]]))
}
