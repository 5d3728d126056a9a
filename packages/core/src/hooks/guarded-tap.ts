import * as tf from '@tensorflow/tfjs-core'
import { isStrayPromise, isTensor } from '../data/containers.js'
import { fail, located, say } from '../floor/errors.js'
import type { CallWrappers } from './call-wrappers.js'
import type { HookPairs, StartTap } from './hook-pairs.js'
import { type HookName, lifecycle } from './lifecycle.js'
import type { Report } from './report.js'
import type { TapOwner } from './tap-owner.js'

/** The function of a tap, of either type. */
export type TapFunction = (...values: unknown[]) => unknown

/** How a tap was added. */
export type TapType = 'tap' | 'tapPromise'

/** Time after which an asynchronous tap that has not finished is reported. */
const REPORTED_AFTER_MS = 5000

/** Hooks that may be called at any time: nothing can be logged in them. */
const QUIET: ReadonlySet<HookName> = new Set<HookName>(['record', 'saveState'])

/** One call of a hook, shared by its taps. */
export class HookCall {
  /** The values that taps of a waterfall returned, oldest first. */
  replacements: unknown[] | undefined
  /** The first error of a tap. */
  failure: unknown

  constructor(
    readonly payload: unknown,
    /** The current value of a waterfall. */
    public value?: unknown,
  ) {}
}

/** What the taps of one trainer share: its hook table. */
export interface TapHost {
  /** Counts the moments that each plugin is called in once: see `HookTable`. */
  readonly turn: number
  /** Whether a tap is running in which no metric can be logged. */
  isQuiet: boolean
  readonly tapWrappers: CallWrappers<string, HookName | 'metrics'>
  readonly pairs: HookPairs
  warn(message: string, details?: Pick<Report, 'waitsFor'>): void
  reportSecondary(error: unknown): void
}

/** A tap to be added. */
export interface NewTap {
  readonly owner: TapOwner
  readonly hook: HookName
  readonly type: TapType
  readonly name: string
  readonly fn: TapFunction
}

/**
 * One tap as its hook calls it. Errors name plugin and hook; a promise from `tap` is refused; the tap of
 * a muted owner is skipped; an asynchronous tap that takes long is reported. An end hook throws its first
 * error after all its taps; it skips taps whose start tap was never called, because one before it failed.
 */
export class GuardedTap {
  readonly #owner: TapOwner
  readonly #hook: HookName
  readonly #fn: TapFunction
  readonly #place: { readonly plugin: string; readonly hook: HookName }
  /** Owner and name, which match a start tap with its end tap. */
  readonly #tapper: string
  readonly #startTap: StartTap | undefined
  readonly #isWaterfall: boolean
  readonly #isGradients: boolean
  readonly #isReversed: boolean
  readonly #isQuiet: boolean

  constructor(
    { owner, hook, type, name, fn }: NewTap,
    private readonly host: TapHost,
  ) {
    this.#owner = owner
    this.#hook = hook
    this.#isWaterfall = lifecycle[hook].kind !== 'series'
    this.#isGradients = hook === 'gradients'
    this.#isReversed = lifecycle[hook].isReversed
    this.#isQuiet = QUIET.has(hook)
    this.#fn = this.#isGradients && type === 'tap' ? tidied(fn) : fn
    this.#place = { plugin: owner.id, hook }
    this.#tapper = JSON.stringify([owner.id, name])
    this.#startTap = host.pairs.add(hook, this.#tapper, owner.order)
  }

  /** Calls a function that was added by `tap`. @throws REG_HOOK_ASYNC, and what the function throws */
  readonly call = (call: HookCall): void => {
    if (this.#isSkipped(call)) return
    try {
      const result = this.#begin(call)
      if (isStrayPromise(result)) fail('REG_HOOK_ASYNC.tap', this.#place, this.#place)
      this.#accept(call, result)
    } catch (thrown) {
      this.#fail(call, thrown)
    }
  }

  /** Calls a function that was added by `tapPromise`, and waits for it. */
  readonly callAndWait = async (call: HookCall): Promise<void> => {
    if (this.#isSkipped(call)) return
    const timer = setTimeout(this.#reportWaiting, REPORTED_AFTER_MS)
    try {
      this.#accept(call, await this.#begin(call))
    } catch (thrown) {
      this.#fail(call, thrown)
    } finally {
      clearTimeout(timer)
    }
  }

  #isSkipped(call: HookCall): boolean {
    if (this.#owner.isMuted) return true
    if (this.#isGradients && call.value === null) return true
    return this.#isReversed && this.host.pairs.hasNotBegun(this.#hook, this.#tapper)
  }

  /** Calls the function in the wrappers of tap observers. */
  #begin(call: HookCall): unknown {
    const { turn, tapWrappers } = this.host
    this.#owner.turn = turn
    if (tapWrappers.isEmpty) return this.#callFunction(call)
    return tapWrappers.run(this.#owner.id, this.#hook, () => this.#callFunction(call))
  }

  /** Calls the function; in a quiet hook nothing can be logged until its first await. */
  #callFunction({ value, payload }: HookCall): unknown {
    const { host } = this
    const wasQuiet = host.isQuiet
    if (this.#isQuiet) host.isQuiet = true
    try {
      return this.#isWaterfall ? this.#fn(value, payload) : this.#fn(payload)
    } finally {
      host.isQuiet = wasQuiet
    }
  }

  /** Accepts the new value of a waterfall. */
  #accept(call: HookCall, result: unknown): void {
    if (!this.#isWaterfall || result === undefined) return
    if (this.#isGradients && result !== null && !hasTensor(result)) {
      const values = { plugin: this.#place.plugin, found: result }
      fail('REG_HOOK_VALUE.gradients', values, this.#place)
    }
    call.value = result
    call.replacements ??= []
    call.replacements.push(result)
  }

  #fail(call: HookCall, thrown: unknown): void {
    const { host } = this
    const what = `Plugin "${this.#owner.id}" failed in hook "${this.#hook}"`
    const error = located(thrown, 'REG_HOOK_FAILED', what, this.#place)
    if (call.failure) {
      host.reportSecondary(error)
      return
    }
    call.failure = error
    if (this.#startTap) host.pairs.fail(this.#startTap)
    if (!this.#isReversed) throw error
  }

  readonly #reportWaiting = (): void => {
    const { host } = this
    const explain = this.#owner.waits.at(-1)
    if (explain === undefined) {
      host.warn(say('notice.waiting', this.#place), { waitsFor: this.#place })
      return
    }
    const until = explain()
    if (until !== undefined) host.warn(say('notice.waits', { ...this.#place, until }))
  }
}

/** Disposes of tensors that a tap of `gradients` makes but does not return. */
const tidied =
  (fn: TapFunction): TapFunction =>
  (...values) =>
    tf.tidy(() => fn(...values) as tf.TensorContainer)

const hasTensor = (value: unknown): boolean => Object.values(Object(value)).some(isTensor)
