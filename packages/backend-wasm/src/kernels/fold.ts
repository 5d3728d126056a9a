import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Engine } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import { free, type WasmBackend } from '../heap.js'
import type { ReducedView } from './reduced-view.js'
import { tasksFor } from './work.js'

/** Columns of a unit of work; see `assembly/sum.ts`. */
const COLUMNS = 1024
/** Elements of a part of a reduction with few results. */
const PART = 2 ** 16
/** So many units of work need no parts. */
const ENOUGH_UNITS = 16

/** Reduces a view; each launch depends on sizes alone. */
export type Reduction = (
  engine: Engine,
  backend: WasmBackend,
  view: ReducedView,
) => TensorInfo

/** A reduction whose partial results are values like its result: largest value, product, sum of integers. */
export function folding(op: Op): Reduction {
  return (engine, backend, view) => {
    const { x, outer, reduced, inner, outShape } = view
    const { parts, tasks } = split(view)
    const out = backend.makeOutput(outShape, x.dtype)
    const to = parts === 1 ? out : backend.makeOutput([outer, parts, inner], x.dtype)
    engine.launch(op, tasks, [to], [x], [outer, reduced, inner, parts, tasks])
    if (parts === 1) return out
    engine.launch(op, 1, [out], [to], [outer, parts, inner, 1, 1])
    free(backend, to)
    return out
  }
}

/** Sums of float32 values, divided by `count`; parts are added in double precision. */
export function summing(count: (view: ReducedView) => number): Reduction {
  return (engine, backend, view) => {
    const { x, outer, reduced, inner, outShape } = view
    const { parts, tasks } = split(view)
    const divisor = count(view)
    const out = backend.makeOutput(outShape, 'float32')
    const to = parts === 1 ? out : backend.makeOutput([2, outer, parts, inner], 'float32')
    const sizes = [outer, reduced, inner, parts, divisor, tasks]
    engine.launch(Op.sum, tasks, [to], [x], sizes)
    if (parts === 1) return out
    engine.launch(Op.addParts, 1, [out], [to], [outer, parts, inner, divisor])
    free(backend, to)
    return out
  }
}

/** Into how many parts the rows are split, where there are few results for many values, and how many tasks. */
function split({ outer, reduced, inner }: ReducedView): { parts: number; tasks: number } {
  const units = outer * Math.ceil(inner / COLUMNS)
  const size = outer * reduced * inner
  const most = Math.min(Math.floor(ENOUGH_UNITS / Math.max(units, 1)), reduced)
  const parts = Math.max(1, Math.min(most, Math.floor(size / PART)))
  return { parts, tasks: tasksFor(units * parts, 4 * size) }
}
