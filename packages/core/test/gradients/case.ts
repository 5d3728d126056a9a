import type * as tf from '@tensorflow/tfjs-core'

/** An operation whose gradient is held against differences of its own values. */
export interface GradientCase {
  readonly name: string
  readonly f: (...x: tf.Tensor[]) => tf.Tensor
  readonly shapes: readonly number[][]
  /** How far a value is moved; small where the operation has kinks, large where it is linear. */
  readonly step: number
  /** Whether tfjs' cpu backend gives wrong values or gradients here, so that it is not asked. */
  readonly isWrongOnCpu?: boolean
}

const LINEAR = 0.5
const CURVED = 0.01
const KINKED = 1e-3

/** A case that is linear in each operand. */
export function linear(name: string, f: GradientCase['f'], ...shapes: number[][]): GradientCase {
  return { name, f, shapes, step: LINEAR }
}

/** A case that is smooth. */
export function curved(name: string, f: GradientCase['f'], ...shapes: number[][]): GradientCase {
  return { name, f, shapes, step: CURVED }
}

/** A case with kinks. */
export function kinked(name: string, f: GradientCase['f'], ...shapes: number[][]): GradientCase {
  return { name, f, shapes, step: KINKED }
}
