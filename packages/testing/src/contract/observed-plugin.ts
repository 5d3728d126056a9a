import type { HookName, Plugin, PluginContext } from '@regimen/core'
import { tap } from 'rxjs/operators'
import { type Sabotage, sabotaged, whole } from './sabotage.js'
import type { WriteWatch } from './write-watch.js'

type Handle = Exclude<ReturnType<Plugin['apply']>, void>
type TapFunction = (value: unknown, context?: unknown) => unknown
type Adder = (name: string, fn: TapFunction) => void

/** What a plugin did while it was watched. */
export class Observation {
  /** Hooks in the order of tapping, with their names. */
  readonly taps: { readonly hook: string; readonly name: string }[] = []
  /** Hooks whose taps were called. */
  readonly called = new Set<HookName>()
  handle: Handle | undefined
  /** Subscriptions that are open. */
  subscriptions = 0
  /** What is to fail. */
  sabotage: Sabotage | undefined

  /** The hooks that were tapped, each once; `step` stands for `wrapStep`. */
  get hooks(): string[] {
    return [...new Set(this.taps.map(({ hook }) => hook))]
  }
}

/** The same plugin, with everything it does recorded in an observation. */
export function observed(
  plugin: Plugin,
  observation: Observation,
  watch: WriteWatch,
): Plugin {
  return {
    ...plugin,
    apply(context) {
      const handle = watch.inside('apply', () =>
        plugin.apply(watched(context, observation, watch)),
      )
      if (!handle) return undefined
      observation.handle = handle
      return handleInside(handle, watch)
    },
  }
}

function watched(context: PluginContext, observation: Observation, watch: WriteWatch) {
  const hooks = Object.entries(context.hooks).map(([name, real]) => {
    const hook = name as HookName
    const adder =
      (type: 'tap' | 'tapPromise'): Adder =>
      (tapper, fn) => {
        observation.taps.push({ hook, name: tapper })
        const add = (real as unknown as Record<string, Adder>)[type] as Adder
        add.call(real, tapper, tapFunction(hook, fn, observation, watch))
      }
    return [hook, { tap: adder('tap'), tapPromise: adder('tapPromise') }]
  })
  const replaced: Partial<PluginContext> = {
    hooks: Object.fromEntries(hooks) as PluginContext['hooks'],
    events$: context.events$.pipe(
      tap({
        subscribe: () => void observation.subscriptions++,
        finalize: () => void observation.subscriptions--,
      }),
    ),
    wrapStep(wrap, wrapOptions) {
      observation.taps.push({ hook: 'step', name: context.id })
      context.wrapStep(wrap, wrapOptions)
    },
    log: (...args) => failing(observation, 'log', () => context.log(...args)),
    record: async (content) =>
      failing(observation, 'record', () => context.record(content)),
    snapshot: async () => failing(observation, 'snapshot', () => context.snapshot()),
  }
  const all = {
    ...Object.getOwnPropertyDescriptors(context),
    ...Object.getOwnPropertyDescriptors(replaced),
  }
  return Object.defineProperties({}, all) as PluginContext
}

function failing<Result>(
  { sabotage }: Observation,
  what: string,
  call: () => Result,
): Result {
  if (sabotage?.isActive && sabotage.mode === 'calls')
    throw new Error(`${what} fails on purpose`)
  return call()
}

function tapFunction(
  hook: HookName,
  fn: TapFunction,
  observation: Observation,
  watch: WriteWatch,
): TapFunction {
  return (value, context) => {
    observation.called.add(hook)
    const { sabotage } = observation
    if (sabotage?.hook !== hook) return watch.inside(hook, () => fn(value, context))
    sabotage.isActive = true
    const call = () =>
      fn(sabotaged(value, sabotage.mode), sabotaged(context, sabotage.mode))
    return whole(watch.inside(hook, call))
  }
}

function handleInside(handle: Handle, watch: WriteWatch): Handle {
  return {
    ...(handle.saveState && {
      saveState: () => watch.inside('saveState', () => handle.saveState?.()),
    }),
    ...(handle.loadState && {
      loadState: (saved) => watch.inside('loadState', () => handle.loadState?.(saved)),
    }),
    ...(handle.dispose && {
      dispose: () => watch.inside('dispose', () => handle.dispose?.()),
    }),
  }
}
