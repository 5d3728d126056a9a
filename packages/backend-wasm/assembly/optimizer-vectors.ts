import { address } from './arguments'

/** Four elements of the operand `index` at a place in bytes. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function get(r: usize, index: i32, at: usize): v128 {
  return v128.load(address(r, index) + at)
}

/** Writes four elements of the result `index`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function put(w: usize, index: i32, at: usize, value: v128): void {
  v128.store(address(w, index) + at, value)
}

/** A scalar in all lanes. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function scalar(s: usize, index: i32): v128 {
  return v128.load_splat<f32>(s + ((<usize>index) << 2))
}

/** A gradient with that of the L2 penalty. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function decayed(gradient: v128, value: v128, decay: v128): v128 {
  return f32x4.add(gradient, f32x4.mul(value, decay))
}

/** `moment + (gradient - moment) · share`, as PyTorch's `lerp`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function firstMoment(moment: v128, gradient: v128, share: v128): v128 {
  return f32x4.add(moment, f32x4.mul(f32x4.sub(gradient, moment), share))
}

/** `moment · kept + share · gradient · gradient`, as PyTorch's `mul` and `addcmul`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function secondMoment(moment: v128, gradient: v128, kept: v128, share: v128): v128 {
  const square = f32x4.mul(f32x4.mul(gradient, share), gradient)
  return f32x4.add(f32x4.mul(moment, kept), square)
}

/** `value + rate · way / width`, as PyTorch's `addcdiv`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function moved(value: v128, way: v128, width: v128, rate: v128): v128 {
  return f32x4.add(value, f32x4.div(f32x4.mul(way, rate), width))
}
