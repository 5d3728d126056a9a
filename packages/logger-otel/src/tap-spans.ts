import { type Attributes, context } from '@opentelemetry/api'
import type {
  Counters,
  Metrics,
  Outcome,
  PluginContext,
  RegimenError,
} from '@regimen/core'
import { attributesOf, hparamsOf, progressOf } from './attributes.js'
import type { OtelOptions } from './options.js'
import type { TracedRun } from './traced-run.js'

type Ended = Counters & { readonly outcome: Outcome; readonly metrics: Metrics }

/** Begins and ends the spans of a run, and makes them active where other code runs. */
export function tapSpans(
  { id, hooks, aroundSync, observeTaps, report }: PluginContext,
  { stepSpans }: Required<Pick<OtelOptions, 'stepSpans'>>,
  current: () => TracedRun | undefined,
): void {
  const skipped = new Set<string>()

  hooks.epochStart.tap(id, ({ epoch }) =>
    begin('regimen.epoch', { 'regimen.epoch': epoch }),
  )
  hooks.epochEnd.tapPromise(id, (payload) => end('regimen.epoch', payload))
  hooks.validationStart.tap(id, ({ epoch, sanity }) =>
    begin('regimen.validation', { 'regimen.epoch': epoch, 'regimen.sanity': sanity }),
  )
  hooks.validationEnd.tapPromise(id, (payload) => end('regimen.validation', payload))
  hooks.batchStart.tap(id, ({ epoch, batch }) => {
    if (stepSpans > 0 && batch % stepSpans === 0)
      begin('regimen.step', { 'regimen.epoch': epoch, 'regimen.batch': batch })
  })
  hooks.batchEnd.tap(id, ({ outcome, ...counters }) => {
    current()?.spans.end('regimen.step', outcome, progressOf(counters))
  })
  hooks.fitEnd.tapPromise(id, async (payload) => {
    const { stop, epoch } = payload
    const reason: Attributes = { 'regimen.epochs': epoch }
    if (stop) reason['regimen.stop'] = stop.kind === 'plugin' ? stop.plugin : stop.kind
    setOnRoot({ ...reason, ...(await resultOf(payload)) })
  })
  hooks.testEnd.tapPromise(id, async (payload) => setOnRoot(await resultOf(payload)))
  hooks.predictEnd.tapPromise(id, async (payload) => setOnRoot(await resultOf(payload)))
  hooks.record.tap(id, (record) => {
    const run = current()
    if (!run || record.kind === 'metrics') return
    if (record.kind === 'hyperparameters') setOnRoot(hparamsOf(record.values, run.safe))
    else if (record.kind === 'text') {
      const { name, text } = record
      run.spans.event('regimen.text', {
        'regimen.name': name,
        'regimen.text': run.safe(text),
      })
    } else if (!skipped.has(record.kind)) {
      skipped.add(record.kind)
      report.info(`It takes no records of kind "${record.kind}"; they are skipped.`)
    }
  })
  hooks.error.tap(id, ({ error }) => {
    const run = current()
    run?.spans.fail(exceptionOf(error, run.safe), run.safe(error.message))
  })

  // Where no context manager is registered, `with` only calls.
  aroundSync((_, __, call) => {
    const run = current()
    return run ? context.with(run.spans.context, call) : call()
  })
  observeTaps((plugin, hook, call) => {
    const run = current()
    if (!run || plugin === id) return call()
    if (hook === 'save')
      return run.spans.around('regimen.save', { 'regimen.plugin': plugin }, call)
    return context.with(run.spans.context, call)
  })

  function begin(name: string, attributes: Attributes): void {
    current()?.spans.begin(name, attributes)
  }

  async function end(name: string, payload: Ended): Promise<void> {
    const run = current()
    const attributes = await resultOf(payload)
    run?.spans.end(name, payload.outcome, attributes)
  }

  function setOnRoot(attributes: Attributes): void {
    current()?.spans.root?.setAttributes(attributes)
  }
}

/** What failed may have no metrics to read. */
async function resultOf({ outcome, metrics, ...counters }: Ended): Promise<Attributes> {
  const progress = progressOf(counters)
  return outcome === 'failed'
    ? progress
    : { ...progress, ...(await attributesOf(metrics)) }
}

/** An error as spans keep it: type, text and stack, without keys. */
function exceptionOf(
  { code, message, stack, cause }: RegimenError,
  safe: (text: string) => string,
) {
  const stacks =
    cause instanceof Error ? `${stack}\nCaused by: ${cause.stack}` : `${stack}`
  return { code, message: safe(message), stack: safe(stacks) }
}
