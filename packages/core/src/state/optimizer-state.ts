import * as tf from '@tensorflow/tfjs-core'
import { isTensor } from '../data/containers.js'
import { fail } from '../floor/errors.js'
import { encodeJson, type Json } from '../floor/json.js'
import {
  entriesOf,
  hasWeights,
  isBuiltIn,
  kindOf,
  type Numbers,
  opaqueValue,
  type Place,
  pathTo,
  placesIn,
  tagOf,
  tensorsFoundIn,
} from './optimizer-holders.js'
import { savedId, savedNames } from './optimizer-ids.js'
import { labelOf, type SavedName, savedName } from './optimizer-names.js'
import { changesOwnRate } from './optimizer-rates.js'
import { isVariable, type VariableTable } from './variables.js'

/** What an optimizer of a class of the user's own holds, as it is saved in `meta`. */
export type SavedNode =
  /** A tensor: its name among the snapshot's, without the optimizer's prefix. */
  | { readonly kind: 'tensor'; readonly name: string; readonly isVariable: boolean }
  | { readonly kind: 'text'; readonly text: SavedName }
  | { readonly kind: 'value'; readonly value?: Json }
  | { readonly kind: 'numbers'; readonly type: string; readonly values: readonly Json[] }
  | {
      readonly kind: 'map' | 'list' | 'record' | 'object'
      readonly items: readonly SavedItem[]
    }
/** A key and what is under it. */
export type SavedItem = readonly [key: SavedName, node: SavedNode]

/** What an optimizer held before it was used: what is still the same is configuration, and no state. */
type FirstSeen = { readonly values: Map<string, unknown>; readonly instances: Set<string> }

const firstSeen = new WeakMap<object, FirstSeen>()
const withHiddenState = new WeakSet<object>()

/** Notes what an optimizer holds when it is met for the first time. */
export function meetOptimizer(optimizer: object): void {
  if (!firstSeen.has(optimizer)) firstSeen.set(optimizer, seenIn(optimizer))
}

function seenIn(optimizer: object): FirstSeen {
  const values = new Map<string, unknown>()
  const instances = new Set<string>()
  for (const { path, value } of placesIn(optimizer)) {
    const kind = kindOf(value)
    if (kind === 'value' || (kind === 'tensor' && !isVariable(value))) values.set(path, value)
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

/** A tensor that an optimizer holds since it was met has been replaced by one with the same values. */
export function renewFirstSeen(optimizer: object, path: string, tensor: tf.Tensor): void {
  const values = firstSeen.get(optimizer)?.values
  if (values?.has(path)) values.set(path, tensor)
}

/** Whether a place holds state: neither configuration nor a variable of the module. */
export function isState(place: Place, { values }: FirstSeen, { byName }: VariableTable): boolean {
  const { holder, key, value, path } = place
  const isUsual = values.has(path) ? Object.is(values.get(path), value) : value === undefined
  if (isVariable(value)) return !Object.values(byName).includes(value)
  if (isTensor(value)) return !isUsual && !isBuiltIn(holder)
  if (kindOf(value) === 'numbers') return true
  return kindOf(value) === 'value' && !isUsual && !isConfig(holder, key) && path !== '/iterations_'
}

/** Whether a field of an optimizer is a part of its configuration, which counts when a run is resumed. */
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

/**
 * Applies gradients as the first time, and notes whether the optimizer keeps tensors where they cannot
 * be found: it made some, or assigned to variables, that are neither in it nor in the module.
 */
export function applyWatched(
  optimizer: tf.Optimizer,
  gradients: tf.NamedTensorMap,
  table: VariableTable,
): void {
  if (isBuiltIn(optimizer) || hasWeights(optimizer)) {
    optimizer.applyGradients(gradients)
    return
  }
  const before = outsideOf(optimizer, gradients, table)
  optimizer.applyGradients(gradients)
  const after = outsideOf(optimizer, gradients, table)
  const isAssigned = [...before.variables].some(
    ([variable, held]) => after.variables.has(variable) && variable.dataId !== held,
  )
  if (after.count > before.count || isAssigned) withHiddenState.add(optimizer)
}

/** The tensors that are neither an optimizer's nor gradients: how many, and what variables hold. */
function outsideOf(optimizer: object, gradients: tf.NamedTensorMap, table: VariableTable) {
  const found = tensorsFoundIn(optimizer, table)
  const own = Object.values(table.byName)
  const engine = tf.engine() as unknown as {
    readonly state: { readonly registeredVariables: Readonly<Record<string, tf.Variable>> }
  }
  const others = Object.values(engine.state.registeredVariables).filter(
    (variable) => !found.has(variable) && !own.includes(variable),
  )
  const variables = new Map(others.map((variable) => [variable, variable.dataId as object]))
  for (const gradient of Object.values(gradients)) found.add(gradient)
  const alive = [...found].filter((tensor) => !tensor.isDisposed)
  return { count: tf.memory().numTensors - alive.length, variables }
}

/**
 * What an optimizer holds, for a snapshot: through maps, lists, records, objects and other optimizers,
 * with the module's names of variables.
 *
 * @param name the optimizer's, for errors
 * @returns the items of the tree, and the tensors that it names
 * @throws REG_STATE_INVALID for what cannot be saved
 */
export function stateOf(optimizer: object, name: string, table: VariableTable) {
  const refuse = (found: string, path: string): never =>
    fail('REG_STATE_INVALID.optimizer', { optimizer: name, place: path.slice(1), found })
  if (withHiddenState.has(optimizer)) fail('REG_STATE_INVALID.hidden', { optimizer: name })
  const seen = firstSeenOf(optimizer)
  const tensors: Record<string, tf.Tensor> = {}
  const names = new Map<tf.Tensor, string>()
  const above = new Set<object>([optimizer])

  const nodeOf = (place: Place, label: string): SavedNode | undefined => {
    const { value, path } = place
    const kind = kindOf(value)
    if (kind === 'sealed') return refuse(`a ${tagOf(value)}`, path)
    if (kind === 'opaque' && !Object.is(seen.values.get(path), opaqueValue(value)))
      return refuse(`a ${typeof value === 'bigint' ? 'bigint' : tagOf(value)} that changes`, path)
    if (kind === 'other' || kind === 'opaque' || above.has(value as object)) return undefined
    if (kind === 'map' || kind === 'list' || kind === 'record' || kind === 'object') {
      above.add(value as object)
      const items = itemsOf(value as object, path, label)
      if (items.length === 0) return undefined
      const isMadeWhileTraining = kind === 'object' && !seen.instances.has(path)
      if (isMadeWhileTraining) refuse('an instance of a class, made while it trained', path)
      return { kind, items }
    }
    if (!isState(place, seen, table)) return undefined
    if (isTensor(value))
      return { kind: 'tensor', name: named(value, label), isVariable: isVariable(value) }
    if (kind === 'numbers') {
      const values = [...(value as Numbers)].map((one) => encodeJson(one, path.slice(1)))
      return { kind: 'numbers', type: tagOf(value), values }
    }
    if (typeof value === 'string') return { kind: 'text', text: savedName(value, table) ?? value }
    const id = savedId(value, place, table)
    if (id !== undefined) return { kind: 'text', text: id }
    return value === undefined
      ? { kind: 'value' }
      : { kind: 'value', value: encodeJson(value, path) }
  }

  const named = (tensor: tf.Tensor, label: string): string => {
    const known = names.get(tensor)
    if (known !== undefined) return known
    let free = label
    while (Object.hasOwn(tensors, free)) free += '+'
    names.set(tensor, free)
    tensors[free] = tensor
    return free
  }

  const itemsOf = (holder: object, path: string, label: string): SavedItem[] => {
    const entries = entriesOf(holder)
    const keys = entries.map(([key]) => key)
    const isByName = kindOf(holder) === 'object' || holder === optimizer || Array.isArray(holder)
    const ofObject = () => keys.map((key) => (typeof key === 'symbol' ? undefined : key))
    const names = isByName ? (ofObject() as (string | number)[]) : savedNames(keys, table)
    return entries.flatMap(([key, value], index) => {
      const at = pathTo(path, key)
      const saved = names[index]
      const inner = label + (label && '/') + labelOf(saved ?? '?')
      const node = nodeOf({ holder, key, value, path: at }, inner)
      if (node === undefined) return []
      if (saved === undefined) return refuse('under a key that is no text, number or variable', at)
      return [[saved, node] as const]
    })
  }

  return { items: itemsOf(optimizer, '', ''), tensors }
}
