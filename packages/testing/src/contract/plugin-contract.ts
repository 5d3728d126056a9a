import type { Plugin, PluginEntry, TrainerOptions } from '@regimen/core'
import { isRegimenError } from '@regimen/core'
import type { RunPluginOptions } from '../run-plugin.js'
import type { ScriptedEpoch } from '../script.js'
import { useBackend } from '../use-backend.js'
import {
  Bench,
  type Common,
  type ContractOutcome,
  describeError,
  StuckError,
} from './bench.js'
import { names, readme, staticFailures, writes } from './declarations.js'
import { errors } from './errors.js'
import { isolation, reset } from './independence.js'
import { RejectionWatch } from './rejection-watch.js'
import { ResourceWatch } from './resource-watch.js'
import { state } from './state.js'
import type { Point, Subject } from './subject.js'
import { dispose, teardown } from './teardown.js'
import { WriteWatch } from './write-watch.js'

/** How a plugin is tried. */
export interface ContractOptions {
  /** Scripted metrics that make the plugin do something, as for `runPlugin`. Default: six epochs in which `loss` falls and `val_loss` rises from the second on. */
  readonly metrics?: readonly ScriptedEpoch[]
  /** Batches of an epoch. Default 2. */
  readonly batches?: number
  /** Options of the trainer. */
  readonly options?: Omit<TrainerOptions, 'plugins'>
  /** The optimizers, as for `runPlugin`. */
  readonly configureOptimizers?: RunPluginOptions['configureOptimizers']
  /** Makes the plugins that it needs beside it, for each trainer. They come before it. */
  readonly companions?: () => PluginEntry
  /** Path of its README, whose table "Hooks it taps" is checked. */
  readonly readme?: string | URL
  /**
   * What of two runs must be equal. Default: all of it. Leave out what may differ, such as a state
   * that holds a path: `({ state, ...rest }) => rest`.
   */
  readonly comparable?: (outcome: ContractOutcome) => unknown
}

/** One thing that a plugin does wrong. */
export interface ContractFailure {
  /** The point of the contract: `names`, `reset`, `state` and so on. */
  readonly point: string
  /** What is wrong, and what to do. */
  readonly message: string
}

/** Lists everything that a plugin does wrong. */
export class PluginContractError extends Error {
  override readonly name = 'PluginContractError'
  readonly failures: readonly ContractFailure[]

  constructor(plugin: string, failures: readonly ContractFailure[]) {
    const count = failures.length === 1 ? 'one thing' : `${failures.length} things`
    const list = failures.map(({ point, message }) => `\n  - ${point}: ${message}`)
    super(
      `Plugin ${JSON.stringify(plugin)} does ${count} that its contract forbids:${list.join('')}`,
    )
    this.failures = failures
  }
}

const METRICS: readonly ScriptedEpoch[] = [1, 0.8, 0.9, 0.95, 1, 1.5].map(
  (val_loss, epoch) => ({
    loss: 1 / (epoch + 1),
    accuracy: 0.5 + epoch / 16,
    val_loss,
    val_accuracy: 1 - val_loss / 2,
  }),
)
const POINTS: Readonly<Record<string, Point>> = {
  names,
  reset,
  isolation,
  errors,
  teardown,
  state,
  dispose,
  readme,
  writes,
}

let last: Promise<unknown> = Promise.resolve()

/**
 * Tries a plugin in some dozens of short runs, and checks everything that all plugins promise. Names
 * are kebab-case, and taps carry them; each fit starts from the same state; two trainers share nothing; errors carry its
 * name; teardown leaves no tensor, timer, subscription or process listener; its state survives
 * JSON text and decides the same; `dispose` may be called twice; its README lists its hooks; what it
 * writes, it declares.
 *
 * @param factory makes a new plugin; one that takes an `id` is also tried twice in one trainer
 * @throws PluginContractError with one line for each thing that is wrong, which says what to do
 * @example
 * ```ts no-run
 * it('keeps the plugin contract', () =>
 *   pluginContract(() => myPlugin(), { readme: new URL('../README.md', import.meta.url) }))
 * ```
 */
export function pluginContract(
  factory: (options?: { readonly id: string }) => Plugin,
  options: ContractOptions = {},
): Promise<void> {
  const result = last.then(() => tryPlugin(factory, options))
  last = result.catch(() => undefined)
  return result
}

async function tryPlugin(
  factory: Subject['factory'],
  options: ContractOptions,
): Promise<void> {
  await useBackend()
  const plugin = factory()
  const failures = staticFailures(plugin, factory()).map((message) => ({
    point: 'names',
    message,
  }))
  const watches = { writes: new WriteWatch(), resources: new ResourceWatch() }
  const rejections = new RejectionWatch()
  const stops = [watches.writes.start(), rejections.start(), watches.resources.start()]
  try {
    failures.push(...(await pointFailures(factory, options, { ...watches, rejections })))
  } finally {
    for (const stop of stops.reverse()) stop()
  }
  if (failures.length > 0) throw new PluginContractError(String(plugin.name), failures)
}

interface Watches {
  readonly writes: WriteWatch
  readonly resources: ResourceWatch
  readonly rejections: RejectionWatch
}

async function pointFailures(
  factory: Subject['factory'],
  contract: ContractOptions,
  watches: Watches,
): Promise<ContractFailure[]> {
  const { metrics = METRICS, batches = 2, options = {}, companions = () => [] } = contract
  const { configureOptimizers, comparable = (outcome) => outcome } = contract
  const watch = watches.writes
  const common: Common = {
    metrics,
    batches,
    options,
    companions,
    configureOptimizers,
    watch,
  }
  const make = () => factory()
  let bench: Bench | undefined
  let isStuck = false
  try {
    bench = new Bench(make(), common)
    const reference = await bench.fit()
    const { resources, rejections } = watches
    const tried = { make, factory, common, reference, bench, resources, rejections }
    return await tryAll({ ...tried, readme: contract.readme, comparable })
  } catch (thrown) {
    isStuck = thrown instanceof StuckError
    return [firstRunFailed(thrown, bench !== undefined)]
  } finally {
    if (!isStuck) await bench?.trainer.dispose()
  }
}

async function tryAll(subject: Subject): Promise<ContractFailure[]> {
  const failures: ContractFailure[] = []
  const reported = new Set<string>()
  for (const [point, check] of Object.entries(POINTS)) {
    subject.resources.takeLeftovers()
    for (const message of await check(subject)) failures.push({ point, message })
    for (const reason of await subject.rejections.take()) {
      if (reported.has(reason)) continue
      reported.add(reason)
      const advice = 'Await every promise, or catch what may fail.'
      failures.push({
        point,
        message: `A promise or timer failed that nobody waits for: ${reason}. ${advice}`,
      })
    }
  }
  return failures
}

function firstRunFailed(thrown: unknown, isApplied: boolean): ContractFailure {
  const code = isRegimenError(thrown) ? thrown.code : undefined
  const text = describeError(thrown)
  if (code === 'REG_HOOK_NAME') {
    return { point: 'names', message: `${text}. Tap under context.id.` }
  }
  if (code === 'REG_STATE_INVALID') return { point: 'state', message: text }
  const advice =
    'Give metrics, options or companions with which it works, or see what it does wrong'
  const what = isApplied ? 'A scripted fit' : 'Its apply'
  return { point: 'run', message: `${what} fails: ${text}. ${advice}.` }
}
