import type * as tf from '@tensorflow/tfjs-core'
import { isTensor } from '../data/containers.js'
import {
  isBuiltIn,
  kindOf,
  opaqueValue,
  type Place,
  placesIn,
} from './optimizer-holders.js'
import { changesOwnRate } from './optimizer-rates.js'
import { isVariable } from './tensor-data.js'
import type { VariableTable } from './variables.js'

/** What an optimizer held before it was used: what has not changed since is configuration, not state. */
type FirstSeen = {
  readonly values: Map<string, unknown>
  readonly instances: Set<string>
}

const firstSeen = new WeakMap<object, FirstSeen>()

/** Remembers what an optimizer holds when it is seen for the first time. */
export function meetOptimizer(optimizer: object): void {
  if (!firstSeen.has(optimizer)) firstSeen.set(optimizer, seenIn(optimizer))
}

function seenIn(optimizer: object): FirstSeen {
  const values = new Map<string, unknown>()
  const instances = new Set<string>()
  for (const { path, value } of placesIn(optimizer)) {
    const kind = kindOf(value)
    if (kind === 'value' || (kind === 'tensor' && !isVariable(value)))
      values.set(path, value)
    if (kind === 'opaque') values.set(path, opaqueValue(value))
    if (kind === 'object') instances.add(path)
  }
  return { values, instances }
}

/** What an optimizer held at first. */
export function firstSeenOf(optimizer: object): FirstSeen {
  meetOptimizer(optimizer)
  return firstSeen.get(optimizer) as FirstSeen
}

/** Called when a tensor that an optimizer held at first was replaced by one with the same values. */
export function renewFirstSeen(optimizer: object, path: string, tensor: tf.Tensor): void {
  const values = firstSeen.get(optimizer)?.values
  if (values?.has(path)) values.set(path, tensor)
}

/** Whether a place holds state: neither configuration nor a variable of the module. */
export function isState(
  place: Place,
  { values }: FirstSeen,
  { byName }: VariableTable,
): boolean {
  const { holder, key, value, path } = place
  const isUnchanged = values.has(path)
    ? Object.is(values.get(path), value)
    : value === undefined
  if (isVariable(value)) return !Object.values(byName).includes(value)
  if (isTensor(value)) return !isUnchanged && !isBuiltIn(holder)
  if (kindOf(value) === 'numbers') return true
  return (
    kindOf(value) === 'value' &&
    !isUnchanged &&
    !isConfig(holder, key) &&
    path !== '/iterations_'
  )
}

/** Whether a field of an optimizer is part of its configuration, which a resumed run takes from the code. */
function isConfig(holder: object, key: unknown): boolean {
  if (key === 'learningRate') return !changesOwnRate(holder)
  const { getConfig } = holder as { readonly getConfig?: () => unknown }
  if (holder instanceof Map || typeof getConfig !== 'function') return false
  try {
    return Object.hasOwn(Object(getConfig.call(holder)), key as string)
  } catch {
    return false
  }
}
