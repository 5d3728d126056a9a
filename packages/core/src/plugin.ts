import type * as tf from '@tensorflow/tfjs-core'
import { fail, suggestion } from './errors.js'
import type { TrainerEvents } from './events.js'
import type { Every } from './every.js'
import type { Json } from './json.js'
import type { Hooks } from './lifecycle.js'
import type { RecordContent, TrainerServices } from './registry.js'
import type { RunState } from './run-state.js'
import type { Schedule } from './schedule.js'
import type { SyncSection, TapObserver } from './sections.js'
import type { Session } from './session.js'
import type { StepRunner } from './train-batch.js'
import type { NamedTensorData } from './variables.js'

/** The version of the contract between core and plugins. It changes only when old plugins would break. */
export const PLUGIN_API = 1

/** State of a plugin with tensors beside the Json. */
export type StateWithTensors = { readonly meta: Json; readonly tensors: NamedTensorData }

/** What `apply` may give back. */
export interface PluginHandle<S = Json> {
  /** State to be saved: Json, or `{ meta, tensors }`. */
  readonly saveState?: () => S
  /** Takes what {@link saveState} gave, in another run or process. */
  readonly loadState?: (saved: S) => void
  /** Called once, when the trainer is disposed of or the plugin is taken out. */
  readonly dispose?: () => void | Promise<void>
}

/** Reports for a person, under the plugin's id. */
export type Reporter = { info(message: string): void; warn(message: string): void }

/** A plugin as others see it; `writes` tells whether it touches disk or network. */
export type PluginInfo = Readonly<{ id: string; name: string; writes: boolean; isMuted: boolean }>

/** A run as plugins see it from `setup` on. */
export interface RunInfo extends Readonly<Pick<Session, 'stage' | 'options'>> {
  /** The module as it was given. */
  readonly module: object
  /** The module's variables by name. */
  readonly variables: Readonly<Record<string, tf.Variable>>
  /** The optimizers by name; `main` where there is only one; empty outside `fit`. */
  readonly optimizers: Readonly<Record<string, tf.Optimizer>>
  readonly hparams: Readonly<Record<string, Json>>
  /**
   * Batches of a training epoch after limits, if known. Where `data.train` is a function it is known
   * from the first batch on.
   */
  readonly trainBatches: number | undefined
  /** Batches of a validation after limits, if known. */
  readonly validationBatches: number | undefined
  /** Names of the kinds of data that there are. */
  readonly splits: readonly string[]
  /** Name of the tfjs backend in use. */
  readonly backend: string
  /** Whether the run goes on from a snapshot. */
  readonly isResumed: boolean
}

/**
 * What a plugin is given. `signal` is that of the current run and never fires between runs; `log` logs
 * a metric under the name as given (REG_LOG_PLACE where none are collected); `snapshot()` copies the
 * whole state as it is now.
 */
export interface PluginContext extends Readonly<Pick<Session, 'signal' | 'log' | 'snapshot'>> {
  readonly id: string
  readonly state: RunState
  readonly rootDir: string
  /** Sends a record of any kind to the loggers. */
  record(content: RecordContent): Promise<void>
  /** Asks for the end of the run; the first wish wins and waits for `minEpochs` and `minSteps`. */
  requestStop(message: string): void
  /** Asks for the `save` hook at the end of the current batch. */
  requestSave(): void
  /** Tap under your own id or name. */
  readonly hooks: Hooks
  /** Events; a subscriber that throws is reported under the plugin's id. */
  readonly events$: TrainerEvents
  /** tfjs, the copy that the trainer uses. */
  readonly tf: typeof tf
  readonly report: Reporter
  /** `mute` switches a plugin's taps off for the rest of this run. */
  readonly plugins: { list(): readonly PluginInfo[]; mute(id: string): void }
  /**
   * Makes a schedule, which goes by the counters of each fit: ask it in `batchEnd` or at the end of an
   * epoch, and mark it done. Each fit begins it anew; snapshots keep it, so that a resumed fit has
   * the same places. A share of an epoch whose size is not known is refused before the first batch.
   * To be called in `apply`.
   *
   * @param option the option that it comes from, for errors
   * @throws REG_OPTION_INVALID, REG_BUSY during a run
   * @example
   * const schedule = context.schedule(options.every, 'every')
   * hooks.batchEnd.tapPromise(id, async () => {
   *   if (!schedule.isDueAfterBatch()) return
   *   await write()
   *   schedule.markDone()
   * })
   */
  schedule(every: Every, option: string): Schedule
  /** Wraps the synchronous heart of each step. */
  wrapStep(wrap: (next: StepRunner) => StepRunner): void
  /** Stands around each synchronous call into the user's code: factories, loaders, steps. */
  aroundSync(section: SyncSection): void
  /** Stands around each tap of each plugin. */
  observeTaps(observer: TapObserver): void
  /** Says what a hook waits for on purpose, until called off: told after 5 s, `undefined` where it was. */
  explainWait(until: () => string | undefined): () => void
  provide<Name extends keyof TrainerServices>(name: Name, service: TrainerServices[Name]): void
  /** The first service of that name, or `undefined`. */
  service<Name extends keyof TrainerServices>(name: Name): TrainerServices[Name] | undefined
  /** All services of that name, in plugin order. */
  services<Name extends keyof TrainerServices>(name: Name): readonly TrainerServices[Name][]
}

/** What an author writes. Relations name plugins that must be there, must not, or tap before or after. */
export interface PluginDefinition<S = Json> extends Relations {
  /** kebab-case. */
  readonly name: string
  /** Tells two plugins of one name apart. Default: the name. */
  readonly id?: string
  /** Whether it touches disk or network, so that a trial run mutes it. */
  readonly writes?: boolean
  /** Called once per trainer. State lives in here, never outside. */
  readonly apply: (context: PluginContext) => PluginHandle<S> | void
}

/** A plugin, ready for a trainer's list. */
export type Plugin = PluginDefinition<unknown> & Readonly<{ api: number; id: string }>

/** An entry of a plugin list: nested lists and falsy entries are allowed. */
export type PluginEntry = Plugin | readonly PluginEntry[] | false | null | undefined | '' | 0

/**
 * Makes a plugin.
 *
 * @throws REG_PLUGIN_INVALID where the name is not kebab-case or `apply` is missing
 * @example
 * definePlugin({
 *   name: 'hello',
 *   apply({ hooks, report }) {
 *     hooks.fitStart.tap('hello', () => report.info('training begins'))
 *   },
 * })
 */
export function definePlugin<S = Json>(definition: PluginDefinition<S>): Plugin {
  const { name, id = name, apply } = definition
  const isKebab = typeof name === 'string' && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)
  if (!isKebab) fail('REG_PLUGIN_INVALID.name', { name })
  if (typeof id !== 'string' || id === '') fail('REG_PLUGIN_INVALID.id', { name, id })
  if (typeof apply !== 'function') fail('REG_PLUGIN_INVALID.apply', { name, apply })
  return Object.freeze({ ...definition, api: PLUGIN_API, id, apply }) as Plugin
}

/** The plugins of a list, flattened and checked. @throws REG_PLUGIN_INVALID, REG_PLUGIN_API */
export function flattenPlugins(entries: PluginEntry): Plugin[] {
  if (Array.isArray(entries)) return entries.flatMap(flattenPlugins)
  if (!entries) return []
  const plugin = entries as Plugin
  const { name, api, apply } = plugin
  if (typeof plugin === 'function') fail('REG_PLUGIN_INVALID.factory', { name })
  const isPlugin = typeof name === 'string' && typeof apply === 'function'
  if (!isPlugin) fail('REG_PLUGIN_INVALID.value', { plugin })
  const advice = api > PLUGIN_API ? '@regimen/core' : 'the plugin, and make it with definePlugin'
  const about = { name, api, own: PLUGIN_API, advice }
  return api === PLUGIN_API ? [plugin] : fail('REG_PLUGIN_API.other', about, { plugin: name })
}

/** What is wrong where a plugin names one that is not used or, for `conflicts`, one that is. */
const WRONG = {
  requires: 'REG_PLUGIN_REQUIRED.missing',
  conflicts: 'REG_PLUGIN_CONFLICT.used',
  before: 'REG_PLUGIN_ORDER.missing',
  after: 'REG_PLUGIN_ORDER.missing',
} as const
type Relations = Readonly<Partial<Record<keyof typeof WRONG, readonly string[]>>>

/** Checks that plugins go together. A name that ends in `?` need not be that of any. */
function checkTogether(plugins: readonly Plugin[]): void {
  const names = new Set(plugins.map(({ name }) => name))
  for (const plugin of plugins) {
    const { id, name } = plugin
    const factory = name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
    const isTwice = plugins.filter((other) => other.id === id).length > 1
    if (isTwice) fail('REG_PLUGIN_DUPLICATE.id', { id, factory }, { plugin: id })
    for (const relation of Object.keys(WRONG) as (keyof Relations)[]) {
      const wanted = relation !== 'conflicts'
      const other = plugin[relation]?.find((it) => names.has(it) !== wanted && !it.endsWith('?'))
      const about = { id, relation, other, names, hint: other && suggestion(other, names) }
      if (other !== undefined) fail(WRONG[relation], about, { plugin: id })
    }
  }
}

/**
 * The order in which plugins run: as listed, but for `before` and `after`.
 *
 * @param placed plugins that run already and keep their order
 * @throws REG_PLUGIN_DUPLICATE, REG_PLUGIN_REQUIRED, REG_PLUGIN_CONFLICT, REG_PLUGIN_ORDER
 */
export function orderPlugins(placed: readonly Plugin[], added: readonly Plugin[]): Plugin[] {
  const waiting = [...placed, ...added]
  checkTogether(waiting)
  const ordered: Plugin[] = []
  const isNamed = (names: readonly string[] = [], { name }: Plugin) =>
    names.includes(name) || names.includes(`${name}?`)
  const isBefore = (one: Plugin, other: Plugin) =>
    isNamed(one.before, other) ||
    isNamed(other.after, one) ||
    (placed.includes(one) && placed.indexOf(one) < placed.indexOf(other))
  const isFree = (one: Plugin) => !waiting.some((other) => other !== one && isBefore(other, one))
  while (waiting.length > 0) {
    const next = waiting.findIndex(isFree)
    if (next < 0) fail('REG_PLUGIN_ORDER.circle', { ids: waiting.map(({ id }) => id) })
    ordered.push(...waiting.splice(next, 1))
  }
  return ordered
}
