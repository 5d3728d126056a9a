import type * as tf from '@tensorflow/tfjs-core'
import { isHolder, placesIn } from './optimizer-holders.js'

/** What has a learning rate: an optimizer, or one inside of it. `before` is its rate before a step. */
type Rated = { readonly holder: { readonly learningRate?: unknown }; before: unknown }

const rated = new WeakMap<object, readonly Rated[]>()
const changing = new WeakSet<object>()

/**
 * Whether an optimizer changes its learning rate itself, in its steps. The rate is state then, as
 * schedules do it from outside: else it is a part of the configuration, which counts when a run is resumed.
 */
export const changesOwnRate = (holder: object): boolean => changing.has(holder)

/** Notes that an optimizer changes its learning rate itself. */
export const noteOwnRate = (holder: object): void => void changing.add(holder)

/** A step begins: the rates of an optimizer and of those in it are looked at. */
export function beginStep(optimizer: tf.Optimizer, isFirst: boolean): readonly Rated[] {
  let all = isFirst ? undefined : rated.get(optimizer)
  if (all === undefined) {
    const inner = [...placesIn(optimizer)].map(({ value }) => value).filter(isHolder)
    const holders = [optimizer, ...inner].filter((one) => 'learningRate' in one)
    all = holders.map((holder) => ({ holder, before: undefined }))
    rated.set(optimizer, all)
  }
  for (const one of all) one.before = one.holder.learningRate
  return all
}

/** The step has been done. */
export function endStep(all: readonly Rated[]): void {
  for (const { holder, before } of all)
    if (!Object.is(holder.learningRate, before)) noteOwnRate(holder)
}
