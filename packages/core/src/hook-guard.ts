import * as tf from '@tensorflow/tfjs-core'
import { disposeExcept } from './containers.js'
import { located, RegimenError } from './errors.js'
import type { TapFunction, TapGuard, TapOwner } from './hooks.js'
import type { HookName } from './lifecycle.js'
import { quote } from './nearest.js'

/** A tap that has begun and not ended. */
export interface UnfinishedTap {
  readonly plugin: string
  readonly hook: HookName
}

/** What the guard knows about the taps that run. */
export class TapMonitor {
  /** The asynchronous tap that the run waits for. */
  waiting: UnfinishedTap | undefined
  /** Whether the batches belong to their source and must not be disposed of. */
  areBatchesOwned = false
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
    const run = fittedTo(hook, type, fn)
    const finish = (before: unknown, after: unknown): unknown => {
      if (hook === 'gradients' || (hook === 'batch' && !monitor.areBatchesOwned)) {
        if (after !== undefined && after !== before) disposeExcept(before, after)
        if (hook === 'gradients' && after !== undefined) monitor.gradients = after
      }
      return after
    }
    if (type === 'tap') return guardSync(owner, hook, run, finish)
    return guardAsync(owner, hook, run, finish, monitor)
  }
}

type Finish = (before: unknown, after: unknown) => unknown

function guardSync(owner: TapOwner, hook: HookName, fn: TapFunction, finish: Finish): TapFunction {
  return (value, context) => {
    if (owner.isMuted || isWithheld(hook, value)) return undefined
    let result: unknown
    try {
      result = fn(value, context)
    } catch (thrown) {
      throw blame(thrown, owner, hook)
    }
    if (!isThenable(result)) return finish(value, result)
    result.then(undefined, () => undefined)
    throw asyncInTap(owner, hook)
  }
}

function guardAsync(
  owner: TapOwner,
  hook: HookName,
  fn: TapFunction,
  finish: Finish,
  monitor: TapMonitor,
): TapFunction {
  return async (value, context) => {
    if (owner.isMuted || isWithheld(hook, value)) return undefined
    const tap: UnfinishedTap = { plugin: owner.id, hook }
    monitor.waiting = tap
    try {
      return finish(value, await fn(value, context))
    } catch (thrown) {
      throw blame(thrown, owner, hook)
    } finally {
      if (monitor.waiting === tap) monitor.waiting = undefined
    }
  }
}

/** A synchronous tap of `gradients` runs in a tidy, so that its intermediate tensors are freed. */
function fittedTo(hook: HookName, type: 'tap' | 'tapPromise', fn: TapFunction): TapFunction {
  if (hook !== 'gradients' || type === 'tapPromise') return fn
  return (value, context) => {
    let result: unknown
    tf.tidy(() => {
      result = fn(value, context)
      return isThenable(result) ? [] : (result as tf.TensorContainer)
    })
    return result
  }
}

function blame(thrown: unknown, owner: TapOwner, hook: HookName): RegimenError {
  return located(thrown, 'REG_HOOK_FAILED', `Plugin ${quote(owner.id)} failed in hook "${hook}"`, {
    plugin: owner.id,
    hook,
  })
}

function asyncInTap(owner: TapOwner, hook: HookName): RegimenError {
  return new RegimenError(
    'REG_HOOK_ASYNC',
    `Plugin ${quote(owner.id)} gave an asynchronous function to hooks.${hook}.tap, which does not wait for it. Use hooks.${hook}.tapPromise.`,
    { plugin: owner.id, hook },
  )
}

/** Once a tap has withheld the gradients there is nothing left for the others. */
function isWithheld(hook: HookName, value: unknown): boolean {
  return hook === 'gradients' && value === null
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === 'object' && value !== null && 'then' in value
}
