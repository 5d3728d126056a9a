import * as tf from '@tensorflow/tfjs-core'
import { forget, isTensor, isThenable } from './containers.js'
import { fail, located, say } from './errors.js'
import type { HookCall, HookTable, TapFunction, TapOwner, TapType } from './hooks.js'
import { type HookName, isReversed } from './lifecycle.js'

/** A function on its way into a hook. */
type Tap = { hook: HookName; type: TapType; fn: TapFunction }
type GuardedTap = (call: HookCall) => void | Promise<void>

/**
 * Puts the guard around a tap. It names plugin and hook in each error, refuses promises from `tap`,
 * leaves out muted plugins, and knows what has not finished. The first error of an end hook waits in
 * the call until all taps were called.
 */
export function guarded(table: HookTable, owner: TapOwner, { hook, type, fn }: Tap): GuardedTap {
  const at = { plugin: owner.id, hook }
  const tidied: TapFunction = (...told) => tf.tidy(() => fn(...told) as tf.TensorContainer)
  const tap = hook === 'gradients' && type === 'tap' ? tidied : fn
  const tell = ({ values, told }: HookCall) => (values ? tap(values.at(-1), told) : tap(told))
  const isIdle = ({ values }: HookCall) =>
    owner.isMuted || (hook === 'gradients' && values?.at(-1) === null)
  const { observers } = table
  const begin = (call: HookCall): unknown =>
    observers.all.length > 0 ? observers.run(owner.id, hook, () => tell(call)) : tell(call)
  const finish = ({ values }: HookCall, value: unknown): void => {
    if (!values || value === undefined) return
    if (hook === 'gradients' && value !== null && !Object.values(Object(value)).some(isTensor))
      fail('REG_HOOK_VALUE.gradients', { ...at, value }, at)
    values.push(value)
  }
  const blame = (call: HookCall, thrown: unknown) => {
    const what = `Plugin "${owner.id}" failed in hook "${hook}"`
    const error = located(thrown, 'REG_HOOK_FAILED', what, at)
    if (call.failure) return table.reportSecondary(error)
    call.failure = error
    if (!isReversed(hook)) throw error
  }
  const sync: GuardedTap = (call) => {
    if (isIdle(call)) return
    try {
      const result = begin(call)
      if (!isThenable(result)) return finish(call, result)
      forget(result)
      fail('REG_HOOK_ASYNC.tap', at, at)
    } catch (thrown) {
      blame(call, thrown)
    }
  }
  const async: GuardedTap = async (call) => {
    if (isIdle(call)) return
    const waiting = { ...at }
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
      table.warn(say('notice.waiting', waiting))
    }
    seen = waiting
  }, PATIENCE_MS)
  return () => clearInterval(timer)
}
