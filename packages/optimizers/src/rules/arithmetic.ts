import { add, div, mul, sub, type Tensor } from '@tensorflow/tfjs-core'

/** A gradient with that of the L2 penalty. */
export function decayed(gradient: Tensor, value: Tensor, decay: number): Tensor {
  return decay === 0 ? gradient : add(gradient, mul(value, decay))
}

/** `moment + (gradient - moment) · share`, as PyTorch's `lerp`. */
export function firstMoment(moment: Tensor, gradient: Tensor, share: number): Tensor {
  return add(moment, mul(sub(gradient, moment), share))
}

/** `moment · kept + share · gradient · gradient`, as PyTorch's `mul` and `addcmul`. */
export function secondMoment(
  moment: Tensor,
  gradient: Tensor,
  kept: number,
  share: number,
): Tensor {
  return add(mul(moment, kept), mul(mul(gradient, share), gradient))
}

/** `value + rate · way / width`, as PyTorch's `addcdiv`. */
export function moved(value: Tensor, way: Tensor, width: Tensor, rate: number): Tensor {
  return add(value, div(mul(way, rate), width))
}

/** A scalar of an update. The lists are as long as their rules say. */
export function scalarAt(scalars: readonly number[], index: number): number {
  return scalars[index] as number
}

/** A slot of an update. */
export function slotAt(slots: readonly Tensor[], index: number): Tensor {
  return slots[index] as Tensor
}
