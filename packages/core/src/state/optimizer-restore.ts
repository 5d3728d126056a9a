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
import { labelOf, nameToday } from './optimizer-names.js'
import { noteOwnRate } from './optimizer-rates.js'
import type { SavedItem, SavedNode } from './optimizer-state.js'
import { assign, isVariable, type NamedTensorData, tensorOf, variableOf } from './tensor-data.js'
import type { VariableTable } from './variables.js'

/**
 * Gives an optimizer what {@link stateOf} saved. What it holds besides is as it was at first.
 *
 * @param source the snapshot's name, for the error
 * @throws REG_CHECKPOINT_MISMATCH where something saved has no place in it
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

  const restoreHolder = (holder: object, saved: readonly SavedItem[], path: string): void => {
    done.add(holder)
    const today = new Map<unknown, readonly [SavedNode, string]>()
    for (const [name, node] of saved) {
      const key = nameToday(name, table)
      if (key === undefined) unknown.push(pathTo(path, labelOf(name)).slice(1))
      else today.set(key, [node, pathTo(path, key)])
    }
    const current = new Map(entriesOf(holder))
    for (const [key, value] of [...current].reverse())
      if (!today.has(key)) reset(holder, key, value, pathTo(path, key))
    for (const [key, [node, at]] of today) {
      if (key === 'learningRate') noteOwnRate(holder)
      const value = restoredValue(node, current.get(key), at)
      if (value !== current.get(key)) put(holder, key, value)
    }
  }

  /** Takes back what training left in a place of which nothing was saved. */
  const reset = (holder: object, key: unknown, value: unknown, path: string): void => {
    if (isHolder(value) && !done.has(value)) restoreHolder(value, [], path)
    else if (!isState({ holder, key, value, path }, seen, table) || ArrayBuffer.isView(value))
      return
    else if (seen.values.has(path)) put(holder, key, seen.values.get(path))
    else drop(holder, key)
  }

  const restoredValue = (node: SavedNode, current: unknown, path: string): unknown => {
    switch (node.kind) {
      case 'tensor':
        return tensorNamed(node.name, node.isVariable, current, path)
      case 'text':
        return nameToday(node.text, table)
      case 'value':
        return node.value === undefined ? undefined : decodeJson(node.value)
      case 'numbers': {
        const values = decodeJson(node.values) as readonly number[]
        const type = NUMBERS[node.type as keyof typeof NUMBERS]
        return type.from(values)
      }
      default: {
        const fresh = { map: () => new Map(), list: () => [], record: () => ({}) }
        if (node.kind === 'object' && !isHolder(current)) return void unknown.push(path.slice(1))
        const make = fresh[node.kind as keyof typeof fresh]
        const holder = isHolder(current) ? current : make()
        restoreHolder(holder, node.items, path)
        return holder
      }
    }
  }

  const tensorNamed = (name: string, isToVary: boolean, current: unknown, path: string) => {
    const known = made.get(name)
    if (known) return known
    const copy = Object.hasOwn(tensors, name) ? tensors[name] : undefined
    if (copy === undefined) return void unknown.push(path.slice(1))
    const isSame = isVariable(current) && String(current.shape) === String(copy.shape)
    const isModules = isVariable(current) && Object.values(table.byName).includes(current)
    const isKept = isSame && !isModules && current.dtype === copy.dtype && isToVary
    if (isKept) assign(current, copy)
    const tensor = isKept ? current : isToVary ? variableOf(copy) : tf.keep(tensorOf(copy))
    made.set(name, tensor)
    return tensor
  }

  // One of tfjs' own has its state in slots, and no place for this.
  if (isBuiltIn(optimizer)) unknown.push(...items.map(([name]) => labelOf(name)))
  else await replacing(optimizer, table, () => restoreHolder(optimizer, items, ''))
  if (unknown.length > 0) fail('REG_CHECKPOINT_MISMATCH.slots', { source, slots: unknown })
}
