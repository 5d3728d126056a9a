import type { Json } from '@regimen/core'
import { type LoggerOptions, loggerPlugin } from '../../src/index.js'
import { defineWriter, type LogWriter, type WriterRecord } from '../../src/writer/index.js'
import { writer as good } from '../example/http-logger.js'

interface MutantOptions {
  readonly url: string
  readonly mutant: string
}

/** The example's writer with one thing wrong. */
export const writer = defineWriter<MutantOptions>((options, setup) => {
  const { mutant } = options
  const inner = good.create(options, setup)
  const changed = (batch: readonly WriterRecord[]): readonly WriterRecord[] => {
    if (mutant === 'stamps-when-sent') return batch.map((one) => ({ ...one, time: Date.now() }))
    if (mutant === 'skips-nan')
      return batch.filter((one) => one.kind !== 'metric' || Number.isFinite(one.value))
    if (mutant === 'drops-odd-names')
      return batch.filter((one) => 'name' in one && one.name !== 'with"quote')
    return batch
  }
  const outer: LogWriter = {
    capabilities: inner.capabilities,
    open(context) {
      const key = setup.secrets.key?.reveal() ?? ''
      const { fetch } = context
      const careless: typeof fetch = (url, init) => globalThis.fetch(url, init as RequestInit)
      const leaking: typeof fetch = (url, init) => fetch(`${url}?k=${key}`, init)
      const runId = mutant === 'new-run-each-time' ? String(Math.random()).slice(2) : context.runId
      const own = { 'ignores-429': careless, 'key-in-url': leaking }[mutant] ?? fetch
      return inner.open({ ...context, runId, fetch: own })
    },
    write: (batch) => inner.write(changed(batch)),
    close: (context) =>
      inner.close(mutant === 'always-finished' ? { ...context, status: 'finished' } : context),
  }
  return outer
})

/** As the suite loads it, in child processes too. */
export function createLogger(settings: Json, common: LoggerOptions) {
  const { url, key, mutant } = settings as { url: string; key: string; mutant: string }
  const options = { url, mutant }
  const module = import.meta.url
  return loggerPlugin({ name: 'mutant-logger', module, writer, options, secrets: { key }, common })
}
