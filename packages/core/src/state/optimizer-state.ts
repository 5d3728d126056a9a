import type * as tf from '@tensorflow/tfjs-core'
import { isTensor } from '../data/containers.js'
import { fail } from '../floor/errors.js'
import { encodeJson, type Json } from '../floor/json.js'
import { firstSeenOf, isState } from './optimizer-first-seen.js'
import { hasHiddenState } from './optimizer-hidden-state.js'
import {
  entriesOf,
  kindOf,
  type Numbers,
  opaqueValue,
  type Place,
  pathTo,
  tagOf,
} from './optimizer-holders.js'
import { savedId, savedNames } from './optimizer-ids.js'
import { labelOf, type SavedName, savedName } from './optimizer-names.js'
import { isVariable } from './tensor-data.js'
import type { VariableTable } from './variables.js'

/** A value in an optimizer of a user's class, as it is saved in `meta`. */
export type SavedNode =
  /** A tensor: its name in the snapshot, without the optimizer's prefix. */
  | { readonly kind: 'tensor'; readonly name: string; readonly isVariable: boolean }
  | { readonly kind: 'text'; readonly text: SavedName }
  | { readonly kind: 'value'; readonly value?: Json }
  | { readonly kind: 'numbers'; readonly type: string; readonly values: readonly Json[] }
  | {
      readonly kind: 'map' | 'list' | 'record' | 'object'
      readonly items: readonly SavedItem[]
    }
/** A key and its value. */
export type SavedItem = readonly [key: SavedName, node: SavedNode]

/**
 * Collects the state of an optimizer for a snapshot: through maps, lists, records, objects and other
 * optimizers, with the module's names of variables.
 *
 * @param name the optimizer's name, for errors
 * @returns the items of the tree, and the tensors that it names
 * @throws REG_STATE_INVALID for state that cannot be saved
 */
export function stateOf(optimizer: object, name: string, table: VariableTable) {
  const refuse = (found: string, path: string): never =>
    fail('REG_STATE_INVALID.optimizer', { optimizer: name, place: path.slice(1), found })
  if (hasHiddenState(optimizer)) fail('REG_STATE_INVALID.hidden', { optimizer: name })
  const seen = firstSeenOf(optimizer)
  const tensors: Record<string, tf.Tensor> = {}
  const names = new Map<tf.Tensor, string>()
  const above = new Set<object>([optimizer])

  const nodeOf = (place: Place, label: string): SavedNode | undefined => {
    const { value, path } = place
    const kind = kindOf(value)
    if (kind === 'sealed') return refuse(`a ${tagOf(value)}`, path)
    if (kind === 'opaque' && !Object.is(seen.values.get(path), opaqueValue(value)))
      return refuse(
        `a ${typeof value === 'bigint' ? 'bigint' : tagOf(value)} that changes`,
        path,
      )
    if (kind === 'other' || kind === 'opaque' || above.has(value as object))
      return undefined
    if (kind === 'map' || kind === 'list' || kind === 'record' || kind === 'object') {
      above.add(value as object)
      const items = itemsOf(value as object, path, label)
      if (items.length === 0) return undefined
      const isMadeWhileTraining = kind === 'object' && !seen.instances.has(path)
      if (isMadeWhileTraining)
        refuse('an instance of a class, made while it trained', path)
      return { kind, items }
    }
    if (!isState(place, seen, table)) return undefined
    if (isTensor(value))
      return { kind: 'tensor', name: named(value, label), isVariable: isVariable(value) }
    if (kind === 'numbers') {
      const values = [...(value as Numbers)].map((number) =>
        encodeJson(number, path.slice(1)),
      )
      return { kind: 'numbers', type: tagOf(value), values }
    }
    if (typeof value === 'string')
      return { kind: 'text', text: savedName(value, table) ?? value }
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
    const isByName =
      kindOf(holder) === 'object' || holder === optimizer || Array.isArray(holder)
    const ofObject = () => keys.map((key) => (typeof key === 'symbol' ? undefined : key))
    const names = isByName ? (ofObject() as (string | number)[]) : savedNames(keys, table)
    return entries.flatMap(([key, value], index) => {
      const innerPath = pathTo(path, key)
      const saved = names[index]
      const inner = label + (label && '/') + labelOf(saved ?? '?')
      const node = nodeOf({ holder, key, value, path: innerPath }, inner)
      if (node === undefined) return []
      if (saved === undefined)
        return refuse('under a key that is no text, number or variable', innerPath)
      return [[saved, node] as const]
    })
  }

  return { items: itemsOf(optimizer, '', ''), tensors }
}
