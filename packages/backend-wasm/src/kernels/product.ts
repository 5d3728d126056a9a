import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { Engine } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import type { ProductShape } from '../product-shape.js'
import { type Epilogue, flagsOf } from './epilogue.js'

/** Operations that a task should have at least, and tasks of a launch at most. */
const TASK_OPERATIONS = 2 ** 18
const MOST_TASKS = 32
/** Columns of a part, and rows where there are many, below which packing costs too much. */
const PART = 64
/** Tasks for whose sake parts may have as few rows as columns. */
const FEW_TASKS = 8

const TRANSPOSED_A = 1
const TRANSPOSED_B = 2
const TILE_FLAGS = 4

/** What {@link launchProduct} does besides the product. */
export interface ProductOptions extends Epilogue {
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** Writes `activation(a · b + bias)` to `out`, all float32, or `a · b`, all int32 and modulo 2^32. */
export function launchProduct(
  engine: Engine,
  a: TensorInfo,
  b: TensorInfo,
  out: TensorInfo,
  shape: ProductShape,
  options: ProductOptions,
): void {
  const { bias, slope = 0 } = options
  if (shape.columns === 1 && options.transposeA && bias === undefined) {
    launchProduct(engine, b, a, out, swapped(shape), { ...options, ...STRAIGHT })
    return
  }
  const { rows, inner, columns, axes } = withoutSharedRight(shape, options)
  const matrices = axes.reduce((count, [size]) => count * size, 1)
  if (rows * columns * matrices === 0) return
  const parts = divide(matrices, rows, inner, columns)
  const flags =
    (options.transposeA ? TRANSPOSED_A : 0) +
    (options.transposeB ? TRANSPOSED_B : 0) +
    TILE_FLAGS * flagsOf(options)
  engine.launch(
    out.dtype === 'int32' ? Op.integerProduct : Op.product,
    parts.tasks,
    [out],
    [a, b, bias ?? b],
    [
      ...[rows, inner, columns, flags, parts.rows, parts.columns, parts.matrices],
      ...[matrices, axes.length, ...axes.flat()],
    ],
    [slope],
  )
}

const STRAIGHT = { transposeA: false, transposeB: false }

/** The product turned: one column times a turned matrix is one row times that matrix as it is stored. */
function swapped({
  rows,
  inner,
  columns,
  batchA,
  batchB,
  batch,
}: ProductShape): ProductShape {
  return { rows: columns, inner, columns: rows, batchA: batchB, batchB: batchA, batch }
}

/** Size of an axis of the stack, and elements from one matrix to the next in the two factors. */
type StackAxis = readonly [size: number, stepA: number, stepB: number]

interface Stack {
  readonly rows: number
  readonly inner: number
  readonly columns: number
  readonly axes: readonly StackAxis[]
}

/** A stack times one matrix is one product with more rows. */
function withoutSharedRight(shape: ProductShape, { transposeA }: ProductOptions): Stack {
  const { rows, inner, columns, batchA, batchB, batch } = shape
  const count = util.sizeFromShape([...batch])
  if (util.sizeFromShape([...batchB]) === 1 && (!transposeA || count === 1)) {
    return { rows: rows * count, inner, columns, axes: [] }
  }
  return {
    rows,
    inner,
    columns,
    axes: stackAxes(batchA, batchB, batch, rows * inner, inner * columns),
  }
}

function stackAxes(
  batchA: readonly number[],
  batchB: readonly number[],
  batch: readonly number[],
  sizeA: number,
  sizeB: number,
): StackAxis[] {
  const stepsA = steps(batchA, batch.length, sizeA)
  const stepsB = steps(batchB, batch.length, sizeB)
  return batch.map((size, axis) => [size, stepsA[axis] as number, stepsB[axis] as number])
}

/** Elements from one matrix to the next along each axis, 0 where a stack is broadcast. */
function steps(stack: readonly number[], rank: number, matrixSize: number): number[] {
  const sizes = [...Array<number>(rank - stack.length).fill(1), ...stack]
  let step = matrixSize
  return sizes
    .reverse()
    .map((size) => {
      const own = size === 1 ? 0 : step
      step *= size
      return own
    })
    .reverse()
}

/** How many rows, columns and matrices a task has, and how many tasks that gives: by shapes alone. */
function divide(matrices: number, rows: number, inner: number, columns: number) {
  const operations = 2 * matrices * rows * inner * columns
  const wanted = Math.max(
    1,
    Math.min(MOST_TASKS, Math.floor(operations / TASK_OPERATIONS)),
  )
  const perTask = Math.ceil(matrices / Math.min(matrices, wanted))
  const stacks = Math.ceil(matrices / perTask)
  const across = Math.min(Math.floor(wanted / stacks), Math.ceil(columns / PART)) || 1
  const partRows = Math.ceil(rows / PART) * across * stacks > FEW_TASKS ? 2 * PART : PART
  const down =
    Math.min(Math.floor(wanted / stacks / across), Math.ceil(rows / partRows)) || 1
  const taskRows = multiple(rows / down, 4)
  const taskColumns = multiple(columns / across, 8)
  const tasks = stacks * Math.ceil(rows / taskRows) * Math.ceil(columns / taskColumns)
  return { tasks, rows: taskRows, columns: taskColumns, matrices: perTask }
}

function multiple(size: number, of: number): number {
  return Math.ceil(Math.ceil(size) / of) * of
}
