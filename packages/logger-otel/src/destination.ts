import { RegimenError } from '@regimen/core'
import { isAddress, type OtelOptions } from './options.js'

/** What OpenTelemetry sends separately. */
export type Signal = 'traces' | 'metrics'

/** Variables by name. */
export type Environment = Readonly<Record<string, string | undefined>>

/** Where a signal is sent, and how. */
export interface Destination {
  /** The whole address: `http://127.0.0.1:4318/v1/traces`. */
  readonly url: string
  readonly protocol: 'http/protobuf' | 'http/json'
}

const PROTOCOLS = ['http/protobuf', 'http/json'] as const

/** Whether OpenTelemetry is switched off by its variable. */
export const isDisabled = (environment: Environment): boolean =>
  environment.OTEL_SDK_DISABLED?.trim().toLowerCase() === 'true'

/** Whether a signal is switched off by its variable. */
export const isOff = (signal: Signal, environment: Environment): boolean =>
  settingOf(environment, `OTEL_${signal.toUpperCase()}_EXPORTER`) === 'none'

/**
 * Where a signal is sent, by the options and by the variables of OpenTelemetry's specification: those of
 * the signal come before those of all signals. `undefined` if nowhere.
 *
 * @throws REG_OPTION_INVALID if a variable cannot be used
 */
export function destinationOf(
  signal: Signal,
  { endpoint, protocol }: Pick<OtelOptions, 'endpoint' | 'protocol'>,
  environment: Environment,
): Destination | undefined {
  if (isOff(signal, environment)) return undefined
  const url =
    endpoint === undefined
      ? urlFrom(signal, environment)
      : below(endpoint, `v1/${signal}`)
  if (url === undefined) return undefined
  return { url, protocol: protocol ?? protocolFrom(signal.toUpperCase(), environment) }
}

/** The values of headers that the variables hold, for whoever must not show them. */
export function headerSecrets(environment: Environment): string[] {
  const names = ['', 'TRACES_', 'METRICS_'].map(
    (part) => `OTEL_EXPORTER_OTLP_${part}HEADERS`,
  )
  return names.flatMap((name) =>
    (environment[name] ?? '').split(',').flatMap((pair) => {
      const value = pair.slice(pair.indexOf('=') + 1).trim()
      return [value, decoded(value)]
    }),
  )
}

/** Milliseconds of a variable; `undefined` if it has none. */
export function millisecondsOf(
  environment: Environment,
  name: string,
): number | undefined {
  const value = Number(settingOf(environment, name) ?? Number.NaN)
  return Number.isFinite(value) && value >= 1 ? value : undefined
}

/** The address of a signal is used as it is, one for all signals is what paths are added to. */
function urlFrom(signal: Signal, environment: Environment): string | undefined {
  const own = `OTEL_EXPORTER_OTLP_${signal.toUpperCase()}_ENDPOINT`
  const name = settingOf(environment, own) ? own : 'OTEL_EXPORTER_OTLP_ENDPOINT'
  const value = settingOf(environment, name)
  if (value === undefined) return undefined
  // It may hold a key, and is not shown.
  if (!isAddress(value))
    refuse(name, 'the address of an OTLP/HTTP collector, without user, password or query')
  return name === own ? value : below(value, `v1/${signal}`)
}

function protocolFrom(
  upper: string,
  environment: Environment,
): (typeof PROTOCOLS)[number] {
  const own = `OTEL_EXPORTER_OTLP_${upper}_PROTOCOL`
  const name = settingOf(environment, own) ? own : 'OTEL_EXPORTER_OTLP_PROTOCOL'
  const value = settingOf(environment, name) ?? PROTOCOLS[0]
  const found = PROTOCOLS.find((known) => known === value)
  return (
    found ??
    refuse(name, '"http/protobuf" or "http/json", and a collector that speaks HTTP')
  )
}

function refuse(option: string, expected: string): never {
  const text = `otelLogger: the variable ${option} cannot be used (it is not shown); expected ${expected}.`
  throw new RegimenError('REG_OPTION_INVALID', text, {
    data: { owner: 'otelLogger', option },
  })
}

const below = (base: string, path: string): string =>
  `${base}${base.endsWith('/') ? '' : '/'}${path}`

const settingOf = (environment: Environment, name: string): string | undefined =>
  environment[name]?.trim() || undefined

function decoded(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}
