import * as tf from '@tensorflow/tfjs-core'
import { disposeExcept, forget, isTensor, isThenable } from './containers.js'
import { fail, located } from './errors.js'
import type { TapFunction, TapOwner, TapType } from './hooks.js'
import { type HookName, isReversed } from './lifecycle.js'
import { quote } from './nearest.js'

/** Told when taps begin and end, other plugins' taps only. */
export interface TapObserver {
  begin(plugin: string, hook: string): void
  /** Comes after the tap, also where it threw; of an asynchronous tap once it has settled. */
  end(plugin: string, hook: string): void
  /** The loop begins to wait for metrics that are on the device. */
  readStart?(): void
  /** It has them, or could not get them. */
  readEnd?(): void
}

type TapPlace = { readonly plugin: string; readonly hook: HookName }

/** What the guard knows about the taps that run. */
export interface TapMonitor {
  /** Errors of taps of the end hook that runs; all its taps are called before the first is thrown. */
  readonly failures: unknown[]
  /** Who is told about taps. */
  readonly observers: { readonly owner: TapOwner; readonly observer: TapObserver }[]
  /** The asynchronous tap that the run waits for. */
  waiting?: TapPlace | undefined
  /** The batch, where it belongs to its source and must not be disposed of. */
  ownedBatch?: unknown
  /** The gradients as the taps so far have left them, to be disposed of should the next one fail. */
  gradients?: unknown
}

/**
 * Makes the guard that stands around every tap. It names plugin and hook in each error, refuses
 * promises from `tap`, leaves out muted plugins, knows what has not finished, and disposes of
 * tensors that a tap of a waterfall replaced.
 */
export function createGuard(monitor: TapMonitor) {
  return (owner: TapOwner, hook: HookName, type: TapType, fn: TapFunction): TapFunction => {
    const at: TapPlace = { plugin: owner.id, hook }
    const whose = `Plugin ${quote(owner.id)}`
    const isIdle = (value: unknown) => owner.isMuted || (hook === 'gradients' && value === null)
    const blame = (thrown: unknown): void => {
      const error = located(thrown, 'REG_HOOK_FAILED', `${whose} failed in hook "${hook}"`, at)
      if (!isReversed(hook)) throw error
      monitor.failures.push(error)
    }
    const isObserved = () => monitor.observers.length > 0
    const observe = (call: () => unknown): unknown => {
      const others = monitor.observers.filter((one) => one.owner !== owner && !one.owner.isMuted)
      const end = () => {
        for (const { observer } of others) observer.end(owner.id, hook)
      }
      for (const { observer } of others) observer.begin(owner.id, hook)
      let result: unknown
      try {
        result = call()
      } finally {
        if (!isThenable(result)) end()
      }
      if (isThenable(result)) result.then(end, end)
      return result
    }
    const finish = (before: unknown, after: unknown): unknown => {
      if (after === undefined || after === before) return after
      const { ownedBatch } = monitor
      if (hook === 'batch' && before !== ownedBatch) disposeExcept(before, [after, ownedBatch])
      if (hook !== 'gradients') return after
      if (after !== null && !Object.values(Object(after)).some(isTensor)) {
        const text = `${whose} returned ${quote(after)} from "gradients"; return`
        fail('REG_HOOK_VALUE', `${text} gradients by name, or null.`, at)
      }
      monitor.gradients = after
      disposeExcept(before, after)
      return after
    }
    if (type === 'tapPromise') {
      return async (value, context) => {
        if (isIdle(value)) return undefined
        monitor.waiting = at
        try {
          const result = isObserved() ? observe(() => fn(value, context)) : fn(value, context)
          return finish(value, await result)
        } catch (thrown) {
          return blame(thrown)
        } finally {
          if (monitor.waiting === at) monitor.waiting = undefined
        }
      }
    }
    const run = hook === 'gradients' ? tidied(fn) : fn
    return (value, context) => {
      if (isIdle(value)) return undefined
      try {
        const result = isObserved() ? observe(() => run(value, context)) : run(value, context)
        if (!isThenable(result)) return finish(value, result)
        forget(result)
        const what = `${whose} gave an asynchronous function to hooks.${hook}.tap, which`
        fail('REG_HOOK_ASYNC', `${what} does not wait for it. Use hooks.${hook}.tapPromise.`, at)
      } catch (thrown) {
        return blame(thrown)
      }
    }
  }
}

/** A synchronous tap of `gradients` runs in a tidy, so that its intermediate tensors are freed. */
function tidied(fn: TapFunction): TapFunction {
  return (value, context) => {
    let result: unknown
    tf.tidy(() => {
      result = fn(value, context)
      return isThenable(result) ? [] : (result as tf.TensorContainer)
    })
    return result
  }
}

const LOOK_EVERY_MS = 2500
const LOOKS_BEFORE_WARNING = 2

/**
 * Warns once about each tap that the run has waited for longer than five seconds.
 * It also keeps the process alive, so that the warning can be seen.
 *
 * @returns a function that ends it
 */
export function watchTaps(monitor: TapMonitor, warn: (message: string) => void): () => void {
  let seen: TapPlace | undefined
  let looks = 0
  const timer = setInterval(() => {
    looks = monitor.waiting !== undefined && monitor.waiting === seen ? looks + 1 : 0
    seen = monitor.waiting
    if (!seen || looks !== LOOKS_BEFORE_WARNING) return
    const text = `Plugin "${seen.plugin}" has not finished in hook "${seen.hook}" for more than 5 s`
    warn(`${text}; the run waits for it. A promise that never resolves?`)
  }, LOOK_EVERY_MS)
  return () => clearInterval(timer)
}
