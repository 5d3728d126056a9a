import { decodeJson, type Json } from '../floor/json.js'
import { type ShapeCheck, shape } from '../floor/shape.js'
import { NUMBERS } from './optimizer-holders.js'
import { type Phase, phases } from './phase.js'

const {
  count,
  finite,
  number,
  text,
  flag,
  json,
  that,
  object,
  record,
  list,
  optional,
  orNull,
} = shape

/** The largest counter: not far beyond it, adding one no longer changes a number. */
const MAX_COUNT = 2 ** 52
const counter = that(
  `a non-negative integer up to ${MAX_COUNT}`,
  (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MAX_COUNT,
)
const duration = that(
  'milliseconds from 0',
  (value) => Number.isFinite(value) && Number(value) >= 0,
)

const counters = {
  epoch: counter,
  batch: counter,
  step: counter,
  samples: counter,
  validations: counter,
}
const phase = that(`one of ${phases.join(', ')}`, (value) =>
  phases.includes(value as Phase),
)
const withPhase = object({ ...counters, phase })
/** An older form: flags instead of the phase. */
const withFlags = object({
  ...counters,
  isInEpoch: flag,
  isBoundaryPending: flag,
  isDataOver: flag,
  isCut: optional(flag),
})
const position: ShapeCheck = (value, place) => {
  const hasFlags = typeof value === 'object' && value !== null && 'isInEpoch' in value
  return hasFlags ? withFlags(value, place) : withPhase(value, place)
}

const scheduleState = object({
  epoch: counter,
  batch: counter,
  step: counter,
  elapsedMs: duration,
})

/** Checks a value in which numbers may be tagged by the value that it encodes. */
const tagged =
  (check: ShapeCheck): ShapeCheck =>
  (value, place) =>
    json(value, place) ?? check(decodeJson(value as Json), place)

const metric = object({
  name: text,
  stepName: text,
  epochName: text,
  options: object({ onStep: flag, onEpoch: flag, progress: flag, reduce: text }),
  total: number,
  weight: number,
  last: optional(number),
  state: optional(json),
})
const row = (value: unknown, place: string) =>
  object({ epoch: counter })(value, place) ?? record(number)(value, place)

const variableName = object({
  variable: text,
  before: optional(text),
  after: optional(text),
  id: optional(that('"number" or "text"', (id) => id === 'number' || id === 'text')),
})
/** A text or number of an optimizer's state, in which a variable may be named. */
const savedName: ShapeCheck = (value, place) =>
  typeof value === 'object'
    ? variableName(value, place)
    : that('a name or a number', (name) => ['string', 'number'].includes(typeof name))(
        value,
        place,
      )

const NODES: Readonly<Record<string, ShapeCheck>> = {
  tensor: object({ name: text, isVariable: flag }),
  text: object({ text: savedName }),
  value: object({ value: optional(json) }),
  numbers: object({
    type: that('a typed array', (type) => Object.hasOwn(NUMBERS, String(type))),
    values: list(json),
  }),
  ...Object.fromEntries(
    ['map', 'list', 'record', 'object'].map((kind) => [
      kind,
      (value: unknown, place: string) => object({ items })(value, place),
    ]),
  ),
}

/** The contents of an optimizer by key. They are checked as JSON first, which limits their depth. */
const items: ShapeCheck = (value, place) => json(value, place) ?? list(item)(value, place)

const item: ShapeCheck = (value, place) => {
  const isPair = Array.isArray(value) && value.length === 2
  if (!isPair) return `"${place}" is no pair; expected a key and what is under it`
  const [key, node] = value as [unknown, unknown]
  const kind = String((node as { readonly kind?: unknown } | null)?.kind)
  const check = Object.hasOwn(NODES, kind) ? NODES[kind] : undefined
  const kinds = that(`one of ${Object.keys(NODES).join(', ')}`, () => check !== undefined)
  return (
    (key === '__proto__'
      ? `"${place}" has the key "__proto__"; leave it out`
      : undefined) ??
    savedName(key, `${place}[0]`) ??
    kinds(kind, `${place}[1].kind`) ??
    check?.(node, `${place}[1]`)
  )
}

const meta = object(
  {
    position,
    elapsedMs: duration,
    history: tagged(list(row)),
    metrics: tagged(
      object({
        sums: list(metric),
        results: record(number),
        validated: optional(record(number)),
      }),
    ),
    loaders: object({
      train: json,
      trainBatch: optional(counter),
      validation: record(json),
    }),
    schedules: optional(record(scheduleState)),
    trainBatches: optional(orNull(counter)),
    evaluated: optional(record(counter)),
    requested: orNull(object({ kind: text, plugin: text, message: text })),
    optimizers: record(
      object({
        iterations: counter,
        learningRate: optional(finite),
        state: optional(items),
        weights: optional(list(savedName)),
      }),
    ),
    plugins: record(json),
  },
  json,
)

const ARRAYS: Readonly<Record<string, string>> = {
  float32: 'Float32Array',
  int32: 'Int32Array',
  bool: 'Uint8Array',
}
const dtypes = Object.keys(ARRAYS)

const tensor: ShapeCheck = (value, place) => {
  const dtype = that(`one of ${dtypes.join(', ')}`, (name) =>
    dtypes.includes(name as string),
  )
  const fault = object({ dtype, shape: list(count) })(value, place)
  if (fault !== undefined) return fault
  const found = value as {
    readonly dtype: string
    readonly shape: number[]
    data?: ArrayLike<number>
  }
  const size = found.shape.reduce((product, length) => product * length, 1)
  const array = ARRAYS[found.dtype]
  const isTyped = Object.prototype.toString.call(found.data) === `[object ${array}]`
  if (isTyped && found.data?.length === size) return undefined
  return `"${place}.data" does not hold ${size} values; expected a ${array} for [${found.shape}]`
}

const snapshot = object({ meta, tensors: record(tensor) })

/**
 * What is wrong with a snapshot from outside: a part that is missing or of another kind, a counter
 * that no run can have, a tensor whose values do not fit its shape; `undefined` if it is right. Reads
 * no values of tensors.
 */
export function snapshotFault(value: unknown): string | undefined {
  return snapshot(value, 'snapshot')?.replace(/^"snapshot\./, '"')
}
