import type * as tf from '@tensorflow/tfjs-core'
import { isHolder, placesIn } from './optimizer-holders.js'
import type { OptimizerTraits } from './optimizer-traits.js'

/** An optimizer, or an object inside of one, with a learning rate. `before` is the rate before a step. */
type Rated = { readonly holder: { readonly learningRate?: unknown }; before: unknown }

const rated = new WeakMap<object, readonly Rated[]>()
const changing = new WeakSet<object>()

/**
 * Whether an optimizer changes its learning rate itself, in its steps. Then the rate is state; otherwise
 * it is configuration, which a resumed run takes from the code.
 */
export const changesOwnRate = (holder: object): boolean => changing.has(holder)

/** Notes that an optimizer changes its learning rate itself. */
export const noteOwnRate = (holder: object): void => void changing.add(holder)

/** A step begins: reads the rates of an optimizer and of those inside it. */
export function beginStep(optimizer: tf.Optimizer, isFirst: boolean): readonly Rated[] {
  let all = isFirst ? undefined : rated.get(optimizer)
  if (all === undefined) {
    const inner = [...placesIn(optimizer)].map(({ value }) => value).filter(isHolder)
    const holders = [optimizer, ...inner].filter(
      (object) => !isScheduled(object) && 'learningRate' in object,
    )
    all = holders.map((holder) => ({ holder, before: undefined }))
    rated.set(optimizer, all)
  }
  for (const entry of all) entry.before = entry.holder.learningRate
  return all
}

/** Whether the rate of an optimizer is a function in its configuration. */
const isScheduled = (holder: object & OptimizerTraits): boolean =>
  holder.hasScheduledRate === true

/** The step has ended: notes which rates it changed. */
export function endStep(all: readonly Rated[]): void {
  for (const { holder, before } of all)
    if (!Object.is(holder.learningRate, before)) noteOwnRate(holder)
}
