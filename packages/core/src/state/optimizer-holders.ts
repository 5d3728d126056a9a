import type * as tf from '@tensorflow/tfjs-core'
import { isTensor } from '../data/containers.js'
import { isVariable } from './tensor-data.js'
import type { VariableTable } from './variables.js'

/**
 * What a value is in the state of an optimizer. `other` is not state; the contents of `sealed` cannot
 * be read; those of `opaque` can be read, but not saved.
 */
export type StateKind =
  | 'tensor'
  | 'value'
  | 'numbers'
  | 'map'
  | 'list'
  | 'record'
  | 'object'
  | 'other'
  | 'opaque'
  | 'sealed'

/** The typed arrays that an optimizer may keep numbers in. */
export const NUMBERS = {
  Float32Array,
  Float64Array,
  Int32Array,
  Uint8Array,
  Uint32Array,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
} as const
export type Numbers = InstanceType<(typeof NUMBERS)[keyof typeof NUMBERS]>

const SEALED = [
  'Set',
  'WeakMap',
  'WeakSet',
  'Generator',
  'BigInt64Array',
  'BigUint64Array',
]

const OPAQUE = ['Date', 'ArrayBuffer', 'DataView']

/** What an opaque value is compared by: its time, its bytes or itself. */
export function opaqueValue(value: unknown): unknown {
  if (typeof value === 'bigint') return value
  if (tagOf(value) === 'Date') return Number(value)
  const { buffer = value as ArrayBuffer } = value as Partial<DataView>
  return new Uint8Array(buffer as ArrayBuffer).join()
}

/** JavaScript's name for the class of a built-in value, such as `Map`. */
export const tagOf = (value: unknown): string =>
  Object.prototype.toString.call(value).slice(8, -1)

/** The kind of a value in the state of an optimizer. Models and modules are not part of it. */
export function kindOf(value: unknown): StateKind {
  if (isTensor(value)) return 'tensor'
  if (typeof value === 'bigint') return 'opaque'
  if (['function', 'symbol'].includes(typeof value)) return 'other'
  if (typeof value !== 'object' || value === null) return 'value'
  if (value instanceof Map) return 'map'
  if (Array.isArray(value)) return 'list'
  const tag = tagOf(value)
  if (Object.hasOwn(NUMBERS, tag)) return 'numbers'
  if (OPAQUE.includes(tag)) return 'opaque'
  if (SEALED.includes(tag)) return 'sealed'
  if (tag !== 'Object' || 'trainingStep' in value || 'predict' in value) return 'other'
  return [Object.prototype, null].includes(Object.getPrototypeOf(value))
    ? 'record'
    : 'object'
}

/** Whether a value holds others by key. */
export const isHolder = (value: unknown): value is object =>
  ['map', 'list', 'record', 'object'].includes(kindOf(value))

/** The entries of a holder: those of a map, a list's items by index, an object's own properties, symbols included. */
export function entriesOf(holder: object): [key: unknown, value: unknown][] {
  if (holder instanceof Map) return [...holder]
  if (Array.isArray(holder)) return [...holder.entries()]
  const keys = Reflect.ownKeys(holder).filter((key) => {
    const property = Object.getOwnPropertyDescriptor(holder, key)
    return property?.enumerable === true || 'value' in (property ?? {})
  })
  return keys.map((key) => [key, holder[key as keyof typeof holder]])
}

/** Sets a value under the key that {@link entriesOf} finds it by. */
export function put(holder: object, key: unknown, value: unknown): void {
  if (holder instanceof Map) holder.set(key, value)
  else Object.assign(holder, { [key as string]: value })
}

/** Removes a key and its value; removing the last item shortens a list. */
export function drop(holder: object, key: unknown): void {
  if (holder instanceof Map) holder.delete(key)
  else if (!Array.isArray(holder)) Reflect.deleteProperty(holder, key as string)
  else if (key === holder.length - 1) holder.pop()
  else holder[key as number] = undefined
}

/** A place in an optimizer and its value. The path is unique in that optimizer. */
export type Place = {
  readonly holder: object
  readonly key: unknown
  readonly value: unknown
  readonly path: string
}

/** The path to the value that a holder has under a key. */
export const pathTo = (above: string, key: unknown): string =>
  `${above}/${isVariable(key) ? key.name : String(key)}`

/** All places in an optimizer, through every holder in it; each holder is visited once. */
export function* placesIn(
  holder: object,
  above = '',
  seen: Set<unknown> = new Set([holder]),
): Generator<Place> {
  for (const [key, value] of entriesOf(holder)) {
    const path = pathTo(above, key)
    yield { holder, key, value, path }
    if (!isHolder(value) || seen.has(value)) continue
    seen.add(value)
    yield* placesIn(value, path, seen)
  }
}

/** The tensors that can be found in an optimizer, without those of the module. */
export function tensorsFoundIn(
  optimizer: object,
  { byName }: VariableTable,
): Set<tf.Tensor> {
  const found = new Set<tf.Tensor>()
  for (const { value } of placesIn(optimizer)) if (isTensor(value)) found.add(value)
  for (const variable of Object.values(byName)) found.delete(variable)
  return found
}

/**
 * Runs a change that replaces tensors in an optimizer, and disposes of those that are no longer in it.
 */
export async function replacing(
  optimizer: object,
  table: VariableTable,
  change: () => Promise<void> | void,
): Promise<void> {
  const before = tensorsFoundIn(optimizer, table)
  await change()
  const after = tensorsFoundIn(optimizer, table)
  for (const tensor of before)
    if (!after.has(tensor) && !tensor.isDisposed) tensor.dispose()
}

const BUILT_IN = ['SGD', 'Momentum', 'RMSProp', 'Adam', 'Adamax', 'Adagrad', 'Adadelta']

const isClassOfTfjs = (prototype: object | null): boolean => {
  const type = prototype?.constructor as { readonly className?: string } | undefined
  if (type === undefined || !Object.hasOwn(type, 'className')) return false
  return BUILT_IN.includes(type.className ?? '')
}

/** Whether an object is one of tfjs' own optimizers, of any copy of tfjs, and of no class derived from them. */
export const isBuiltIn = (optimizer: object): boolean =>
  isClassOfTfjs(Object.getPrototypeOf(optimizer))

/** Whether an optimizer implements `getWeights` and `setWeights`, rather than inheriting those of tfjs. */
export const hasWeights = (optimizer: object): boolean =>
  ['getWeights', 'setWeights'].every((method) => {
    let owner: object | null = optimizer
    while (owner !== null && !Object.hasOwn(owner, method))
      owner = Object.getPrototypeOf(owner)
    return owner !== null && !isClassOfTfjs(owner) && !isBaseOfTfjs(owner)
  })

/** Whether an object is the prototype of `tf.Optimizer`: the one that defines `minimize`. */
const isBaseOfTfjs = (prototype: object): boolean =>
  Object.hasOwn(prototype, 'minimize') && Object.hasOwn(prototype, 'incrementIterations')
