import { type DataType, type TensorInfo, util } from '@tensorflow/tfjs-core'
import type { MovedAxis } from './movement-launch.js'

/** Elements from one index to the next along each axis of a tensor of that shape. */
export function stridesOf(shape: readonly number[]): number[] {
  const strides = shape.map(() => 1)
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    strides[axis] = (strides[axis + 1] as number) * (shape[axis + 1] as number)
  }
  return strides
}

/** The axes of a box of that size within a tensor and within another one. */
export function boxAxes(
  size: readonly number[],
  to: readonly number[],
  from: readonly number[],
): MovedAxis[] {
  return size.map((length, axis) => ({
    size: length,
    to: to[axis] as number,
    from: from[axis] as number,
  }))
}

/** The element at an index of each axis. */
export function offsetOf(index: readonly number[], strides: readonly number[]): number {
  return index.reduce((sum, at, axis) => sum + at * (strides[axis] as number), 0)
}

const MOVED: readonly DataType[] = ['float32', 'int32', 'bool']

/** Whether elements are words or bytes of the heap. */
export function isMoved(...tensors: readonly TensorInfo[]): boolean {
  return tensors.every(
    ({ dtype }) => MOVED.includes(dtype) && dtype === tensors[0]?.dtype,
  )
}

/** The product of some sizes. */
export function sizeOf(shape: readonly number[]): number {
  return util.sizeFromShape([...shape])
}
