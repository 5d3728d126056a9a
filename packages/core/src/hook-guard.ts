import * as tf from '@tensorflow/tfjs-core'
import { forget, isTensor, isThenable } from './containers.js'
import { fail, located } from './errors.js'
import type { HookCall, HookTable, TapFunction, TapOwner, TapType } from './hooks.js'
import { type HookName, isReversed } from './lifecycle.js'
import { quote } from './nearest.js'

/** A tap as it stands in a hook: with the guard around it. */
type GuardedTap = (call: HookCall) => void | Promise<void>

/**
 * Puts the guard around a tap. It names plugin and hook in each error, refuses promises from `tap`,
 * leaves out muted plugins, and knows what has not finished. The first error of an end hook waits in
 * the call until all taps were called.
 */
export function guarded(
  table: HookTable,
  owner: TapOwner,
  hook: HookName,
  type: TapType,
  fn: TapFunction,
): GuardedTap {
  const place = { plugin: owner.id, hook }
  const whose = `Plugin ${quote(owner.id)}`
  const tap = hook === 'gradients' && type === 'tap' ? tidied(fn) : fn
  const tell = ({ values, at }: HookCall) => (values ? tap(values.at(-1), at) : tap(at))
  const isIdle = ({ values }: HookCall) =>
    owner.isMuted || (hook === 'gradients' && values?.at(-1) === null)
  const begin = (call: HookCall): unknown => {
    const { observers } = table
    return observers.all.length === 0 ? tell(call) : observers.run(owner.id, hook, () => tell(call))
  }
  const finish = ({ values }: HookCall, value: unknown): void => {
    if (!values || value === undefined) return
    if (hook === 'gradients' && value !== null && !Object.values(Object(value)).some(isTensor)) {
      const advice = 'return gradients by name, or null'
      fail('REG_HOOK_VALUE', `${whose} returned ${quote(value)} from "${hook}"; ${advice}.`, place)
    }
    values.push(value)
  }
  const blame = (call: HookCall, thrown: unknown): void => {
    const error = located(thrown, 'REG_HOOK_FAILED', `${whose} failed in hook "${hook}"`, place)
    if (!isReversed(hook)) throw error
    if (call.failure) table.reportSecondary(error)
    call.failure ??= error
  }
  const sync: GuardedTap = (call) => {
    if (isIdle(call)) return
    try {
      const result = begin(call)
      if (!isThenable(result)) return finish(call, result)
      forget(result)
      const what = `${whose} gave an asynchronous function to hooks.${hook}.tap, which`
      fail('REG_HOOK_ASYNC', `${what} does not wait for it. Use hooks.${hook}.tapPromise.`, place)
    } catch (thrown) {
      blame(call, thrown)
    }
  }
  const async: GuardedTap = async (call) => {
    if (isIdle(call)) return
    const waiting = { ...place }
    table.waiting = waiting
    try {
      finish(call, await begin(call))
    } catch (thrown) {
      blame(call, thrown)
    }
    if (table.waiting === waiting) table.waiting = undefined
  }
  return type === 'tap' ? sync : async
}

/** A synchronous tap of `gradients` runs in a tidy, so that its intermediate tensors are freed. */
function tidied(fn: TapFunction): TapFunction {
  return (...told) => {
    let result: unknown
    tf.tidy(() => {
      result = fn(...told)
      return isThenable(result) ? [] : (result as tf.TensorContainer)
    })
    return result
  }
}

const PATIENCE_MS = 5000

/**
 * Warns once about each call of a tap that the run has waited for longer than five seconds.
 * It also keeps the process alive, so that the warning can be seen.
 *
 * @returns a function that ends it
 */
export function watchTaps(table: HookTable): () => void {
  let seen: HookTable['waiting']
  const timer = setInterval(() => {
    const { waiting } = table
    if (waiting && waiting === seen) {
      table.waiting = undefined
      const text = `Plugin "${waiting.plugin}" has not finished in hook "${waiting.hook}" for`
      table.warn(`${text} more than 5 s; the run waits for it. A promise that never resolves?`)
    }
    seen = waiting
  }, PATIENCE_MS)
  return () => clearInterval(timer)
}
