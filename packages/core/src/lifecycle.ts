import type { NamedTensorMap, Tensor } from '@tensorflow/tfjs-core'
import { quote, type RegimenError, say } from './errors.js'
import type { Metrics } from './metrics.js'
import type { TrainerOptions } from './options.js'
import type { RunInfo } from './plugin.js'
import type { LogRecord, Report } from './registry.js'
import type { Counters, Outcome, Stage, StopReason } from './run-state.js'
import type { Session } from './session.js'
import type { Snapshot } from './snapshot.js'

/** A payload: its own keys and the counters. */
type At<Own = unknown> = Readonly<Own> & Counters
/** What every end hook carries. */
type Ended<Own = unknown> = At<Own & { outcome: Outcome }>
/** `optimizer` is `main` where there is only one. */
type Step = { optimizer: string }
/**
 * `isLastBatch` tells whether the batch is the last of its epoch, `batchSize` its samples, if they are
 * known.
 */
type Gradients = Step & { isLastBatch: boolean; batchSize: number | undefined }
/** `data` is the batch; streams leave it out. */
type Batch = { data: unknown }
type Measured<Own = unknown> = Ended<Own & { metrics: Metrics }>
/** `sanity` tells whether it belongs to the sanity check. */
type Evaluation = { stage: Stage; sanity: boolean }
/** `evaluated` counts completed batches of this evaluation, `total` all of them, if known. */
type OneBatch = Evaluation & Batch & { loader?: string; evaluated: number; total?: number }
/** `output` is what the step returned under that name, or for a prediction all of it. */
type Output = { output: unknown }
/** What has just been judged or saved: a validation, an epoch, or both. */
type Edge = Readonly<{ metrics: Metrics; validation: boolean; epoch: boolean; counters: Counters }>
/** `boundary` after a validation or epoch, `requested` by a plugin, `interrupted` by a signal. */
export type SaveReason = 'boundary' | 'requested' | 'interrupted'
/** `snapshot()` copies the whole state as it is now. */
type Save = Edge & Readonly<{ reason: SaveReason; snapshot: () => Promise<Snapshot> }>

/**
 * One line of the lifecycle: how deep it lies in the loop, when it is called and what for, and the
 * counter that `on(name, { every })` divides. `types` carries types only.
 */
type Row<K, P, V> = Readonly<Line & { kind: K; types?: { value: V; payload: P } }>
type Line = { depth: number; about: string; counter?: keyof Counters | 'evaluated' }

const row =
  <K extends string>(kind: K) =>
  <P, V = undefined>(depth: number, about: string, counter?: Line['counter']) =>
    ({ kind, depth, about, counter }) as Row<K, P, V>
const series = row('series')
const waterfall = row('waterfall')

/** The lifecycle, in order: the only list of hooks. Types, documentation and `explain` come from it. */
export const lifecycle = {
  configure: waterfall<At<{ stage: Stage }>, TrainerOptions>(0, 'options may be rewritten'),
  setup: series<At<{ stage: Stage; run: RunInfo }>>(0, 'module, data and options are known'),
  loadState: series<{ readonly snapshot: Snapshot }>(0, 'resuming: a snapshot has been restored'),
  sanityStart: series<At>(0, 'a few validation batches are about to be tried'),
  sanityEnd: series<Ended>(0, 'they were tried; monitor and save do not run'),
  fitStart: series<At>(0, 'training is about to begin'),
  epochStart: series<At>(1, 'an epoch begins', 'epoch'),
  batch: waterfall<At<{ stage: Stage }>, unknown>(2, 'the batch may be replaced'),
  batchStart: series<At<Batch>>(2, 'a training batch is about to be used', 'batch'),
  step: row('wrap')<undefined>(3, 'tape, loss and gradients; wrapped by wrapStep'),
  loss: row('sync waterfall')<At<Step>, Tensor>(3, 'inside the tape: the loss may be replaced'),
  gradients: waterfall<At<Gradients>, NamedTensorMap | null>(3, 'may be replaced; null: no step'),
  stepStart: series<At<Step>>(3, 'the optimizer is about to change the weights', 'step'),
  stepEnd: series<Ended<Step>>(3, 'it has changed them', 'step'),
  batchEnd: series<Measured<Batch>>(2, 'its metrics can be read', 'step'),
  validationStart: series<At<Evaluation>>(2, 'a validation begins'),
  validationBatchStart: series<At<OneBatch>>(3, 'a batch is about to be used', 'evaluated'),
  validationBatchEnd: series<Measured<OneBatch & Output>>(3, 'it was used', 'evaluated'),
  validationEnd: series<Measured<Evaluation>>(2, 'its metrics are final'),
  epochEnd: series<Measured>(1, 'the metrics of the epoch are final', 'epoch'),
  monitor: series<Edge>(1, 'who judges metrics: early stopping, plateau'),
  save: series<Save>(1, 'who writes: after monitor, so that every state and metric is fresh'),
  fitEnd: series<Measured<{ stop: StopReason | undefined }>>(0, 'training has ended'),
  testStart: series<At<Evaluation>>(0, 'a test begins'),
  testBatchStart: series<At<OneBatch>>(1, 'a batch is about to be used', 'evaluated'),
  testBatchEnd: series<Measured<OneBatch & Output>>(1, 'it was used', 'evaluated'),
  testEnd: series<Measured<Evaluation>>(0, 'the metrics of the test are final'),
  predictStart: series<At<Evaluation>>(0, 'a prediction begins'),
  predictBatchStart: series<At<OneBatch>>(1, 'a batch is about to be used', 'evaluated'),
  predictBatchEnd: series<Measured<OneBatch & Output>>(1, 'its output is ready', 'evaluated'),
  predictEnd: series<Measured<Evaluation>>(0, 'the prediction has ended'),
  record: series<LogRecord>(0, 'one log record of any kind, for the loggers'),
  saveState: waterfall<At, Snapshot>(0, 'a snapshot is collected; entries may be added'),
  stopRequested: row('stream')<StopReason>(0, 'a plugin asked for the end of the run'),
  report: row('stream')<Report>(0, 'a line for a person'),
  error: series<At<{ error: RegimenError }>>(0, 'something failed; may only be observed'),
  teardown: series<Ended<{ stage: Stage }>>(0, 'always the last, in reverse order'),
} as const

type Lifecycle = typeof lifecycle

/** Every name in the lifecycle. */
export type LifecycleName = keyof Lifecycle
type OfKind<K> = { [N in LifecycleName]: Lifecycle[N]['kind'] extends K ? N : never }[LifecycleName]
/** Hooks that are awaited one tap after the other. */
export type SeriesName = OfKind<'series'>
/** Hooks whose taps may replace a value. */
export type WaterfallName = OfKind<'waterfall' | 'sync waterfall'>
/** Everything that can be tapped. */
export type HookName = SeriesName | WaterfallName
/** Everything that can be watched. */
export type EventName = SeriesName | OfKind<'stream'>

/** What a hook's taps are told. */
export type HookPayload<N extends LifecycleName> = NonNullable<Lifecycle[N]['types']>['payload']
/** What the taps of a waterfall may replace. */
export type HookValue<N extends WaterfallName> = NonNullable<Lifecycle[N]['types']>['value']
/** Refuses functions that return promises, which `tap` would not wait for. */
type Synchronous<Result> = Result extends PromiseLike<unknown> ? never : Result

interface Tappable<Told extends unknown[], Given> {
  /** Adds a synchronous function under a name. @throws REG_HOOK_NAME */
  tap<Result extends Given>(name: string, fn: (...told: Told) => Synchronous<Result>): void
  /** Adds an asynchronous function, which the run waits for. @throws REG_HOOK_NAME */
  tapPromise(name: string, fn: (...told: Told) => Promise<Given>): void
}

/** A hook whose taps are awaited one after the other. */
export type SeriesHook<Payload> = Tappable<[payload: Payload], unknown>
/** A hook whose taps may replace a value; `undefined` leaves it as it is. */
export type WaterfallHook<Value, At> = Tappable<[value: Value, at: At], Value | undefined | void>

type WaterfallOf<N extends WaterfallName> = WaterfallHook<HookValue<N>, HookPayload<N>>

/** Every hook of the lifecycle. The waterfall `loss` runs inside the tape: synchronous only. */
export type Hooks = { readonly [N in SeriesName]: SeriesHook<HookPayload<N>> } & {
  readonly [N in OfKind<'waterfall'>]: WaterfallOf<N>
} & { readonly loss: Pick<WaterfallOf<'loss'>, 'tap'> }

/** What watchers of a name are told: the payload without what may hold tensors, and the name. */
export type EventPayload<N extends EventName> = N extends 'record'
  ? { readonly record: LogRecord }
  : Visible<HookPayload<N>>
type Visible<P> = P extends unknown ? Readonly<Omit<P, 'data' | 'output' | 'snapshot'>> : never
/** One event of `events$`; `name` tells which. */
export type TrainerEvent = { [N in EventName]: { readonly name: N } & EventPayload<N> }[EventName]

/** Payload keys that streams leave out. */
export const hiddenKeys: ReadonlySet<string> = new Set(['data', 'output', 'snapshot'])

/** Whether taps run in reverse plugin order: all ends. */
export const isReversed = (name: LifecycleName): boolean => /End$|^teardown$/.test(name)

/** Every name, in order. */
export const lifecycleNames = Object.keys(lifecycle) as LifecycleName[]
const isHook = (name: LifecycleName) => /series|waterfall/.test(lifecycle[name].kind)
/** The names that can be tapped, in order. */
export const hookNames = lifecycleNames.filter(isHook) as HookName[]

/** Columns of the longest name, `validationBatchStart` in its depth, and a gap. */
const WIDTH = 29
const RELATIONS = ['before', 'after', 'requires', 'conflicts'] as const

/** The loop in words: every hook in order with the plugins at their places, and why they are there. */
export function explain({ original, host: { installed, user } }: Session): string {
  const loop = lifecycleNames.map((name) => {
    const { about, depth, kind } = lifecycle[name]
    const head = `${'  '.repeat(depth)}${name}${kind.includes('waterfall') ? '*' : ''}`
    const there = [...installed, user].filter(({ taps }) => taps.has(name))
    if (isReversed(name)) there.reverse()
    const who = there.map(({ id, isMuted }) => (isMuted ? `(${id}, off)` : id)).join(', ')
    return `  ${head.padEnd(WIDTH)}${about}${who && `  <- ${who}`}`
  })
  const plugins = installed.map(({ plugin: { id, name, writes, ...plugin } }, index) => {
    const asked = RELATIONS.filter((key) => plugin[key]?.length)
    const reasons = asked.map((key) => `${key} ${plugin[key]}`).join('; ') || 'place in the list'
    const label = id === name ? id : `${id} (${name})`
    return `  ${index + 1}. ${label}: ${reasons}${writes ? '; writes' : ''}`
  })
  const { plugins: _, ...given } = original
  const options = Object.entries(given).map(([key, value]) => `${key} ${quote(value)}`)
  return say('notice.explain', {
    options: options.join(', ') || 'none',
    plugins: plugins.join('\n') || '  none',
    loop: loop.join('\n'),
  })
}
