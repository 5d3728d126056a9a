import { disposeAll } from '../data/containers.js'
import { fail, messageOf, say } from '../floor/errors.js'
import { CallWrappers, type SyncSectionKind } from './call-wrappers.js'
import { EventBus } from './event-bus.js'
import {
  GuardedTap,
  HookCall,
  type TapFunction,
  type TapHost,
  type TapType,
} from './guarded-tap.js'
import { HookPairs } from './hook-pairs.js'
import type { HookPayload, HookValue } from './hook-types.js'
import { InterpretedHook, type Pending } from './interpreted-hook.js'
import {
  type HookName,
  hookNames,
  lifecycle,
  type SeriesName,
  type WaterfallName,
} from './lifecycle.js'
import type { Report } from './report.js'
import type { TapOwner } from './tap-owner.js'
import type { Hooks } from './tappable.js'

type AsyncWaterfallName = Exclude<WaterfallName, 'loss'>
type HookMap = Readonly<Record<HookName, InterpretedHook<HookCall>>>

/** All hooks of one trainer: adds taps and calls them. */
export class HookTable implements TapHost {
  readonly bus = new EventBus((message) => this.warn(message))
  /** Wrappers of plugins around synchronous calls into the user's code. */
  readonly userCodeWrappers = new CallWrappers<SyncSectionKind, number>()
  /** Wrappers of plugins around taps, and around the loop's own wait for metrics. */
  readonly tapWrappers = new CallWrappers<string, HookName | 'metrics'>()
  readonly pairs = new HookPairs()
  /** Whether a tap is running in which no metric can be logged. */
  isQuiet = false
  /**
   * Counts the moments for which it matters which plugins were called: each batch up to its end, each
   * `batchEnd` and each `fitStart`.
   */
  turn = 0
  readonly #hooks = Object.fromEntries(
    hookNames.map((name) => [name, new InterpretedHook<HookCall>()]),
  ) as HookMap

  constructor(
    readonly warn: (message: string, details?: Pick<Report, 'waitsFor'>) => void,
  ) {}

  /** The hooks for one owner, who may tap them under these names only. @throws REG_HOOK_NAME when tapped */
  facade(owner: TapOwner, names?: readonly string[]): Hooks {
    const adder = (hook: HookName, type: TapType) => (name: string, fn: TapFunction) => {
      const place = { plugin: owner.id, hook }
      if (names && !names.includes(name))
        fail('REG_HOOK_NAME.tap', { ...place, name }, place)
      this.#add(owner, hook, type, name, fn)
    }
    const facade = hookNames.map((hook) => {
      const tap = adder(hook, 'tap')
      return [
        hook,
        hook === 'loss' ? { tap } : { tap, tapPromise: adder(hook, 'tapPromise') },
      ]
    })
    return Object.freeze(Object.fromEntries(facade)) as Hooks
  }

  #add(
    owner: TapOwner,
    hook: HookName,
    type: TapType,
    name: string,
    fn: TapFunction,
  ): void {
    owner.taps.add(hook)
    const stage = lifecycle[hook].isReversed ? -owner.order : owner.order
    const tap = new GuardedTap({ owner, hook, type, name, fn }, this)
    if (type === 'tap') this.#hooks[hook].tap({ name, stage }, tap.call)
    else this.#hooks[hook].tapPromise({ name, stage }, tap.callAndWait)
  }

  /** Whether a hook has taps. */
  readonly isTapped = (name: HookName): boolean => this.#hooks[name].taps.length > 0

  /** Whether a hook has taps or watchers; otherwise its payload need not be made. */
  readonly isHeard = (name: SeriesName): boolean =>
    this.isTapped(name) || this.bus.isWatched(name)

  /** Calls a hook's taps, then its watchers. Returns a promise only if a tap has to be awaited. */
  emit<N extends SeriesName>(name: N, payload: HookPayload<N>): Pending {
    if (!this.isTapped(name)) return this.bus.emit(name, payload)
    const call = new HookCall(payload)
    const pending = this.#hooks[name].call(call)
    if (pending) return this.#emitLater(name, payload, call, pending)
    if (call.failure) throw call.failure
    this.bus.emit(name, payload)
  }

  async #emitLater<N extends SeriesName>(
    name: N,
    payload: HookPayload<N>,
    call: HookCall,
    pending: Promise<void>,
  ) {
    await pending
    if (call.failure) throw call.failure
    this.bus.emit(name, payload)
  }

  /**
   * Calls a hook after an error; a second error does not replace the first. If the start of an end hook
   * failed, the end is called for taps that have begun; watchers did not see the start and do not see it.
   */
  async emitAfterError<N extends SeriesName>(
    name: N,
    payload: HookPayload<N>,
  ): Promise<void> {
    try {
      if (this.pairs.hasFailedStart(name)) await this.#call(name, new HookCall(payload))
      else await this.emit(name, payload)
    } catch (error) {
      this.reportSecondary(error)
    }
    this.pairs.end(name)
  }

  /**
   * Calls a waterfall and returns the final value. Disposes of tensors that a tap returned and a later one
   * replaced, and of all that taps returned if one of them failed; the caller keeps the first value.
   */
  async waterfall<N extends AsyncWaterfallName>(
    name: N,
    value: HookValue<N>,
    payload: HookPayload<N>,
  ): Promise<HookValue<N>> {
    const call = new HookCall(payload, value)
    try {
      await this.#call(name, call)
      return call.value as HookValue<N>
    } finally {
      const { replacements, failure } = call
      if (replacements) disposeAll(replacements, failure ? value : [call.value, value])
    }
  }

  /** Calls the `loss` waterfall inside the tape. */
  loss(value: HookValue<'loss'>, payload: HookPayload<'loss'>): HookValue<'loss'> {
    const call = new HookCall(payload, value)
    this.#hooks.loss.call(call)
    return call.value as HookValue<'loss'>
  }

  /** Calls the taps of a hook, but no watchers. */
  async #call(name: HookName, call: HookCall): Promise<void> {
    await this.#hooks[name].call(call)
    if (call.failure) throw call.failure
  }

  /** Reports an error while another one is thrown. */
  readonly reportSecondary = (error: unknown): void =>
    this.warn(say('notice.secondary', { message: messageOf(error) }))
}
