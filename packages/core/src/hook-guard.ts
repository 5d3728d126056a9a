import * as tf from '@tensorflow/tfjs-core'
import { disposeExcept, isTensor, isThenable } from './containers.js'
import { located, RegimenError } from './errors.js'
import type { TapFunction, TapGuard } from './hooks.js'
import type { HookName } from './lifecycle.js'
import { quote } from './nearest.js'

/** A tap that has begun and not ended. */
export interface UnfinishedTap {
  readonly plugin: string
  readonly hook: HookName
}

/** What the guard knows about the taps that run. */
export interface TapMonitor {
  /** The asynchronous tap that the run waits for. */
  waiting: UnfinishedTap | undefined
  /** The batch, where it belongs to its source and must not be disposed of. */
  ownedBatch: unknown
  /** The gradients as the taps so far have left them, to be disposed of should the next one fail. */
  gradients: unknown
}

/**
 * Makes the guard that stands around every tap. It names plugin and hook in each error, refuses
 * promises from `tap`, leaves out muted plugins, knows what has not finished, and disposes of
 * tensors that a tap of a waterfall replaced.
 */
export function createGuard(monitor: TapMonitor): TapGuard {
  return (owner, hook, type, fn) => {
    const at = { plugin: owner.id, hook }
    const blame = (thrown: unknown) =>
      located(thrown, 'REG_HOOK_FAILED', `Plugin ${quote(owner.id)} failed in hook "${hook}"`, at)
    const isIdle = (value: unknown) => owner.isMuted || (hook === 'gradients' && value === null)
    const finish = (before: unknown, after: unknown): unknown => {
      if (after === undefined || after === before) return after
      if (hook === 'batch' && before !== monitor.ownedBatch) {
        disposeExcept(before, [after, monitor.ownedBatch])
      }
      if (hook !== 'gradients') return after
      if (after !== null && !Object.values(Object(after)).some(isTensor)) {
        const text = `Plugin ${quote(owner.id)} returned ${quote(after)} from "gradients"`
        throw new RegimenError('REG_HOOK_VALUE', `${text}; return gradients by name, or null.`, at)
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
          return finish(value, await fn(value, context))
        } catch (thrown) {
          throw blame(thrown)
        } finally {
          if (monitor.waiting === at) monitor.waiting = undefined
        }
      }
    }
    const run = hook === 'gradients' ? tidied(fn) : fn
    return (value, context) => {
      if (isIdle(value)) return undefined
      let result: unknown
      try {
        result = run(value, context)
      } catch (thrown) {
        throw blame(thrown)
      }
      if (!isThenable(result)) return finish(value, result)
      result.then(undefined, () => undefined)
      const what = `Plugin ${quote(owner.id)} gave an asynchronous function to hooks.${hook}.tap`
      const advice = `which does not wait for it. Use hooks.${hook}.tapPromise.`
      throw new RegimenError('REG_HOOK_ASYNC', `${what}, ${advice}`, at)
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
