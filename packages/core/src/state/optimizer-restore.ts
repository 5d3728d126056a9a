import * as tf from '@tensorflow/tfjs-core'
import { fail } from '../floor/errors.js'
import { decodeJson } from '../floor/json.js'
import { firstSeenOf, isState } from './optimizer-first-seen.js'
import {
  drop,
  entriesOf,
  isBuiltIn,
  isHolder,
  NUMBERS,
  pathTo,
  put,
  replacing,
} from './optimizer-holders.js'
import { currentName, labelOf } from './optimizer-names.js'
import { noteOwnRate } from './optimizer-rates.js'
import type { SavedItem, SavedNode } from './optimizer-state.js'
import {
  assign,
  isVariable,
  type NamedTensorData,
  tensorOf,
  variableOf,
} from './tensor-data.js'
import type { VariableTable } from './variables.js'

/**
 * Restores in an optimizer what {@link stateOf} saved, and resets the rest to what it held at first.
 *
 * @param source the snapshot's name, for the error
 * @throws REG_CHECKPOINT_MISMATCH if saved state has no place in the optimizer
 */
export async function restoreState(
  optimizer: object,
  items: readonly SavedItem[],
  tensors: NamedTensorData,
  table: VariableTable,
  source: string,
): Promise<void> {
  const seen = firstSeenOf(optimizer)
  const made = new Map<string, tf.Tensor>()
  const done = new Set<object>()
  const unknown: string[] = []

  const restoreHolder = (
    holder: object,
    saved: readonly SavedItem[],
    path: string,
  ): void => {
    done.add(holder)
    const savedByKey = new Map<unknown, readonly [SavedNode, string]>()
    for (const [name, node] of saved) {
      const key = currentName(name, table)
      if (key === undefined) unknown.push(pathTo(path, labelOf(name)).slice(1))
      else savedByKey.set(key, [node, pathTo(path, key)])
    }
    const current = new Map(entriesOf(holder))
    for (const [key, value] of [...current].reverse())
      if (!savedByKey.has(key)) reset(holder, key, value, pathTo(path, key))
    for (const [key, [node, place]] of savedByKey) {
      if (key === 'learningRate') noteOwnRate(holder)
      const value = restoredValue(node, current.get(key), place)
      if (value !== current.get(key)) put(holder, key, value)
    }
  }

  /** Resets a place for which nothing was saved. */
  const reset = (holder: object, key: unknown, value: unknown, path: string): void => {
    if (isHolder(value) && !done.has(value)) restoreHolder(value, [], path)
    else if (
      !isState({ holder, key, value, path }, seen, table) ||
      ArrayBuffer.isView(value)
    )
      return
    else if (seen.values.has(path)) put(holder, key, seen.values.get(path))
    else drop(holder, key)
  }

  const restoredValue = (node: SavedNode, current: unknown, path: string): unknown => {
    switch (node.kind) {
      case 'tensor':
        return tensorNamed(node.name, node.isVariable, current, path)
      case 'text':
        return currentName(node.text, table)
      case 'value':
        return node.value === undefined ? undefined : decodeJson(node.value)
      case 'numbers': {
        const values = decodeJson(node.values) as readonly number[]
        const type = NUMBERS[node.type as keyof typeof NUMBERS]
        return type.from(values)
      }
      default: {
        const fresh = { map: () => new Map(), list: () => [], record: () => ({}) }
        if (node.kind === 'object' && !isHolder(current))
          return void unknown.push(path.slice(1))
        const make = fresh[node.kind as keyof typeof fresh]
        const holder = isHolder(current) ? current : make()
        restoreHolder(holder, node.items, path)
        return holder
      }
    }
  }

  const tensorNamed = (
    name: string,
    isForVariable: boolean,
    current: unknown,
    path: string,
  ) => {
    const known = made.get(name)
    if (known) return known
    const copy = Object.hasOwn(tensors, name) ? tensors[name] : undefined
    if (copy === undefined) return void unknown.push(path.slice(1))
    const isSame = isVariable(current) && String(current.shape) === String(copy.shape)
    const isOfModule =
      isVariable(current) && Object.values(table.byName).includes(current)
    const isKept = isSame && !isOfModule && current.dtype === copy.dtype && isForVariable
    if (isKept) assign(current, copy)
    const tensor = isKept
      ? current
      : isForVariable
        ? variableOf(copy)
        : tf.keep(tensorOf(copy))
    made.set(name, tensor)
    return tensor
  }

  // An optimizer of tfjs has its state in slots, and no place for this.
  if (isBuiltIn(optimizer)) unknown.push(...items.map(([name]) => labelOf(name)))
  else await replacing(optimizer, table, () => restoreHolder(optimizer, items, ''))
  if (unknown.length > 0)
    fail('REG_CHECKPOINT_MISMATCH.slots', { source, slots: unknown })
}
