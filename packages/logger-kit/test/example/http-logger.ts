import {
  defineWriter,
  type LoggerFetch,
  type LoggerOptions,
  loggerPlugin,
} from '@regimen/logger-kit'

/** Options of {@link httpLogger}. */
export interface HttpLoggerOptions extends LoggerOptions {
  /** Where the service is. */
  readonly url: string
  /** Sent as `Authorization`. Default: the variable `HTTP_LOGGER_KEY`. */
  readonly key?: string
}

/** Posts records as JSON lines, from a thread of its own. */
export const writer = defineWriter<{ url: string }>(
  ({ url }, { secrets }) => {
    let fetch: LoggerFetch
    let run = ''
    const post = (path: string, body: string) => {
      const headers = { authorization: secrets.key?.reveal() ?? '' }
      return fetch(`${url}/runs/${run}/${path}`, { method: 'POST', headers, body })
    }
    return {
      capabilities: { kinds: ['metric', 'parameter', 'text'], offline: 'spool', isMixed: true },
      async open(context) {
        fetch = context.fetch
        run = context.runId
        await post('open', JSON.stringify({ startedAt: context.startedAt }))
        return { version: run, url: `${url}/runs/${run}` }
      },
      async write(batch) {
        await post('records', batch.map((record) => JSON.stringify(record, withNaN)).join('\n'))
      },
      async close({ status, endedAt }) {
        await post('close', JSON.stringify({ status, endedAt }))
      },
    }
  },
  {
    address: ({ url }) => url,
    secrets() {
      const { HTTP_LOGGER_KEY: key, HTTP_LOGGER_URL: address = 'https://logs.example.com' } =
        process.env
      return { values: { key }, address }
    },
    keyAdvice: (address) => `set HTTP_LOGGER_KEY to its key, and HTTP_LOGGER_URL to ${address}`,
  },
)

const withNaN = (_: string, value: unknown) =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value

/** Logs to a service that takes JSON lines over HTTP. */
export function httpLogger(options: HttpLoggerOptions) {
  const { url, key = process.env.HTTP_LOGGER_KEY, ...common } = options
  const module = import.meta.url
  const own = { options: { url }, secrets: { key }, common }
  return loggerPlugin({ name: 'http-logger', module, writer, ...own })
}
