import { expect, it } from 'vitest'
import { destinationOf, headerSecrets } from '../src/destination.js'

const ALL = 'OTEL_EXPORTER_OTLP_ENDPOINT'
const OWN = 'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'
const PROTOCOL = 'OTEL_EXPORTER_OTLP_PROTOCOL'
const protobuf = 'http/protobuf'

it.each([
  [{}, {}, undefined],
  [{}, { [ALL]: '' }, undefined],
  [{ endpoint: 'http://a' }, {}, { url: 'http://a/v1/traces', protocol: protobuf }],
  [
    { endpoint: 'https://a/b/' },
    { [ALL]: 'http://c' },
    { url: 'https://a/b/v1/traces', protocol: protobuf },
  ],
  [{}, { [ALL]: ' http://c ' }, { url: 'http://c/v1/traces', protocol: protobuf }],
  [{}, { [ALL]: 'http://c', [OWN]: 'http://d/x' }, { url: 'http://d/x', protocol: protobuf }],
  [{}, { [ALL]: 'http://c', OTEL_TRACES_EXPORTER: 'none' }, undefined],
  [
    {},
    { [ALL]: 'http://c', [PROTOCOL]: 'http/json' },
    { url: 'http://c/v1/traces', protocol: 'http/json' },
  ],
  [
    { endpoint: 'http://a', protocol: protobuf } as const,
    { [PROTOCOL]: 'grpc' },
    { url: 'http://a/v1/traces', protocol: protobuf },
  ],
])('sends by options %j and variables %j to %j', (options, environment, expected) => {
  expect(destinationOf('traces', options, environment)).toEqual(expected)
})

it.each([
  [{ [ALL]: 'localhost:4318' }, ALL],
  [{ [ALL]: 'http://me:marker-key@c' }, ALL],
  [{ [ALL]: 'http://c', [OWN]: 'http://d?key=marker-key' }, OWN],
  [{ [ALL]: 'http://c', [PROTOCOL]: 'grpc' }, PROTOCOL],
])('refuses variables %j without showing them', (environment, option) => {
  const thrown = (() => {
    try {
      return destinationOf('traces', {}, environment)
    } catch (error) {
      return error
    }
  })()
  expect(thrown).toMatchObject({ code: 'REG_OPTION_INVALID', data: { option } })
  expect(String(thrown)).not.toContain('marker-key')
})

it('knows the headers of all variables, as they are and decoded', () => {
  const environment = {
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20abc, x-team=vision',
    OTEL_EXPORTER_OTLP_METRICS_HEADERS: 'key=%zz',
  }
  const expected = ['Bearer%20abc', 'Bearer abc', 'vision', '%zz']
  expect(headerSecrets(environment)).toEqual(expect.arrayContaining(expected))
})
