import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { Engine } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import { taskShare } from './task-share.js'

/** One axis along which elements are moved; strides are in elements, that of `from` may be 0 or negative. */
export interface MovedAxis {
  readonly size: number
  readonly to: number
  readonly from: number
}

/** Where elements go and come from: the first of each, and the axes. */
export interface Movement {
  readonly axes: readonly MovedAxis[]
  readonly toStart?: number
  readonly fromStart?: number
}

const SINGLE: MovedAxis = { size: 1, to: 1, from: 1 }
const MOST_COUNTED_AXES = 12

/** Moves elements of `x` to places of `out`, which has the same dtype. */
export function launchMove(
  engine: Engine,
  out: TensorInfo,
  x: TensorInfo,
  { axes, toStart = 0, fromStart = 0 }: Movement,
): void {
  const joined = joinedAxes(axes)
  const count = joined.reduce((product, { size }) => product * size, 1)
  if (count === 0) return
  const width = util.bytesPerElement(out.dtype)
  const inner = joined.at(-1) ?? SINGLE
  const crossed = joined.findIndex(({ from }) => from === 1)
  const isMatrix = width === 4 && inner.to === 1 && inner.from > 1 && crossed >= 0
  if (isMatrix) launchTranspose(engine, [out, x], [toStart, fromStart], joined, crossed)
  else launchRows(engine, [out, x], [toStart, fromStart], joined.slice(0, -1), inner)
}

/** The axes without those of one element, those joined that are walked in one go. */
export function joinedAxes(axes: readonly MovedAxis[]): MovedAxis[] {
  const joined: MovedAxis[] = []
  for (const axis of axes) {
    if (axis.size === 1) continue
    const before = joined.at(-1)
    const follows =
      before?.to === axis.size * axis.to && before.from === axis.size * axis.from
    if (before === undefined || !follows) joined.push(axis)
    else joined[joined.length - 1] = { ...axis, size: before.size * axis.size }
  }
  if (joined.length > MOST_COUNTED_AXES + 1) {
    throw new Error(`${joined.length} axes cannot be moved apart; at most 13.`)
  }
  return joined
}

type Both<T> = readonly [out: T, x: T]

function launchRows(
  engine: Engine,
  [out, x]: Both<TensorInfo>,
  starts: Both<number>,
  counted: readonly MovedAxis[],
  inner: MovedAxis,
): void {
  const rows = counted.reduce((product, { size }) => product * size, 1)
  const { tasks } = taskShare(rows * inner.size)
  const rowsPerTask = Math.ceil(rows / tasks)
  const parts = Math.max(1, Math.floor(tasks / rows))
  const perTask = Math.ceil(inner.size / parts / 4) * 4
  const allTasks = Math.ceil(rows / rowsPerTask) * Math.ceil(inner.size / perTask)
  engine.launch(
    Op.move,
    allTasks,
    [out],
    [x],
    [
      ...[util.bytesPerElement(out.dtype), ...starts, rows, rowsPerTask],
      ...[inner.size, perTask, inner.to, inner.from],
      ...countedWords(counted),
    ],
  )
}

function countedWords(axes: readonly MovedAxis[]): number[] {
  return [
    axes.length,
    ...axes.map(({ size }) => size),
    ...axes.map(({ to }) => to),
    ...axes.map(({ from }) => from),
  ]
}

function launchTranspose(
  engine: Engine,
  [out, x]: Both<TensorInfo>,
  starts: Both<number>,
  axes: readonly MovedAxis[],
  crossed: number,
): void {
  const rows = axes[crossed] as MovedAxis
  const columns = axes.at(-1) as MovedAxis
  const counted = axes.filter((axis) => axis !== rows && axis !== columns)
  const matrices = counted.reduce((product, { size }) => product * size, 1)
  const { tasks } = taskShare(matrices * rows.size * columns.size)
  const parts = Math.max(1, Math.floor(tasks / matrices))
  const atOnce = Math.ceil(rows.size / parts / 4) * 4
  const units = matrices * Math.ceil(rows.size / atOnce)
  const perTask = Math.ceil(units / tasks)
  engine.launch(
    Op.transpose,
    Math.ceil(units / perTask),
    [out],
    [x],
    [
      ...[...starts, units, perTask, rows.size, atOnce, rows.to],
      ...[columns.size, columns.from],
      ...countedWords(counted),
    ],
  )
}
