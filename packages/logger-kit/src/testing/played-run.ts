import type {
  LogRecord,
  Outcome,
  Plugin,
  PluginContext,
  RecordContent,
  Stage,
} from '@regimen/core'
import type { Counts } from '../delivery/report.js'
import type { LoggerHandle } from '../plugin/service.js'

type Tap = (payload: object) => unknown

/** Events of a run whose first batch has ended, so that every record is delivered. */
const TRAINED = {
  subscribe(next: (event: object) => void) {
    next({ name: 'batchEnd', outcome: 'completed' })
    return { unsubscribe: () => undefined }
  },
}

/** A run of a logger without a Trainer around it: calls its taps as a Trainer does. */
export class PlayedRun {
  /** Every line for a person, in order. */
  readonly reports: string[] = []
  readonly #taps = new Map<string, Tap[]>()
  #handle: LoggerHandle | undefined

  constructor(plugin: Plugin, rootDir: string) {
    const taps = this.#taps
    const add = (hook: string) => (_: unknown, tap: Tap) => {
      taps.set(hook, [...(taps.get(hook) ?? []), tap])
    }
    const hooks = new Proxy(
      {},
      { get: (_, hook: string) => ({ tap: add(hook), tapPromise: add(hook) }) },
    )
    const report = (message: string) => void this.reports.push(message)
    const context = {
      id: plugin.id,
      hooks,
      rootDir,
      signal: new AbortController().signal,
      report: { info: report, warn: report },
      services: () => [],
      events$: TRAINED,
      aroundSync: () => undefined,
      observeTaps: () => undefined,
      explainWait: () => () => undefined,
      provide: (_: string, service: LoggerHandle) => {
        this.#handle = service
      },
    }
    plugin.apply(context as unknown as PluginContext)
  }

  /** What became of the records, once the run has ended. */
  get counts(): Counts {
    const handle = this.#handle
    if (!handle)
      throw new Error(
        'The logger provides no service "logger". Make it with loggerPlugin.',
      )
    return handle.counts
  }

  /** The service `logger` that it provides. */
  get handle(): LoggerHandle | undefined {
    return this.#handle
  }

  begin(stage: Stage = 'fit'): Promise<void> {
    return this.#call('setup', { stage, run: {} })
  }

  /** Logs a record of any kind. */
  record(
    content: RecordContent,
    { step = 0, epoch = 0, time = Date.now() } = {},
  ): Promise<void> {
    const position = {
      stage: 'fit' as const,
      epoch,
      step,
      batch: step,
      samples: step,
      time,
    }
    return this.#call('record', { ...position, ...content } satisfies LogRecord)
  }

  /** Logs metrics of a training step. */
  metrics(
    values: Readonly<Record<string, number>>,
    step: number,
    time?: number,
  ): Promise<void> {
    const content = {
      kind: 'metrics',
      source: 'train',
      interval: 'step',
      values,
    } as const
    return this.record(content, { step, ...(time !== undefined && { time }) })
  }

  /** As before a checkpoint. */
  save(): Promise<void> {
    return this.#call('save', {})
  }

  end(outcome: Outcome = 'completed'): Promise<void> {
    return this.#call('teardown', { stage: 'fit', outcome })
  }

  async #call(hook: string, payload: object): Promise<void> {
    for (const tap of this.#taps.get(hook) ?? []) await tap(payload)
  }
}
