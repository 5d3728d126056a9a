import * as tf from '@tensorflow/tfjs-core'

/** Whether a value is a tensor, of any copy of tfjs. */
export function isTensor(value: unknown): value is tf.Tensor {
  return typeof (value as Partial<tf.Tensor> | null | undefined)?.dataSync === 'function'
}

/** Whether a value is an object written in braces, not one of a class. */
export function isPlain(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The tensors in nested lists, plain objects, maps and sets. */
export function tensorsIn(value: unknown, found: Set<tf.Tensor> = new Set()) {
  if (isTensor(value)) found.add(value)
  else for (const item of itemsOf(value)) tensorsIn(item, found)
  return found
}

/** Disposes of every tensor in a container, except those in `kept`. */
export function disposeAll(value: unknown, kept?: ReadonlySet<tf.Tensor>): void {
  for (const tensor of tensorsIn(value)) if (!kept?.has(tensor)) tensor.dispose()
}

/** The same container with other tensors in it. */
export function replaceTensors<B>(
  value: B,
  replace: (tensor: tf.Tensor) => tf.Tensor,
): B {
  const replaced = (item: unknown): unknown => {
    if (isTensor(item)) return replace(item)
    if (Array.isArray(item)) return item.map(replaced)
    if (item instanceof Map)
      return new Map([...item].map(([key, entry]) => [key, replaced(entry)]))
    if (item instanceof Set) return new Set([...item].map(replaced))
    if (!isPlain(item)) return item
    return Object.fromEntries(
      Object.entries(item).map(([key, entry]) => [key, replaced(entry)]),
    )
  }
  return replaced(value) as B
}

/** A container of which the caller owns every tensor. Copies no data. */
export function cloneTensors<B>(value: B): B {
  return replaceTensors(value, (tensor) => tf.clone(tensor))
}

/** How many rows the tensors of a batch have: the first dimension of the first one. */
export function rowsIn(batch: unknown): number {
  for (const tensor of tensorsIn(batch)) return tensor.shape[0] ?? 1
  return 1
}

/**
 * Runs a function on a batch that is handed over to it. The caller owns the tensors of the result. Other
 * tensors of the batch, and those made on the way by a function that is not asynchronous, are disposed of.
 */
export async function withBatch<In, Out>(
  batch: In,
  fn: () => Out | Promise<Out>,
): Promise<Out> {
  const given = tensorsIn(batch)
  try {
    const result = scoped(fn, given)
    const made = result instanceof Promise ? await result : result
    disposeAll(batch, tensorsIn(made))
    return made
  } catch (thrown) {
    disposeAll(batch)
    throw thrown
  }
}

/** A tensor of the result that is neither of the batch nor new, such as a constant, is cloned. */
function scoped<Out>(
  fn: () => Out | Promise<Out>,
  given: ReadonlySet<tf.Tensor>,
): Out | Promise<Out> {
  const engine = tf.engine()
  engine.startScope('map')
  const made = engine.state.activeScope.track
  let kept: tf.Tensor[] = []
  try {
    const result = fn()
    if (isPromise(result)) {
      kept = [...made]
      return Promise.resolve(result)
    }
    const fresh = new Set(made)
    const isOurs = (tensor: tf.Tensor) => given.has(tensor) || fresh.has(tensor)
    const all = [...tensorsIn(result)]
    const out = all.every(isOurs)
      ? result
      : replaceTensors(result, (tensor) => (isOurs(tensor) ? tensor : tf.clone(tensor)))
    kept = [...tensorsIn(out)]
    return out
  } finally {
    engine.endScope(kept)
  }
}

function isPromise<Out>(value: Out | Promise<Out>): value is Promise<Out> {
  return typeof value === 'object' && value !== null && 'then' in value
}

function itemsOf(value: unknown): Iterable<unknown> {
  if (Array.isArray(value)) return value
  if (value instanceof Map || value instanceof Set) return value.values()
  return isPlain(value) ? Object.values(value) : []
}
