// The innermost loops of products for V8's revectorization, which joins neighbouring vectors of 4 floats to one
// of 8: 16 columns of sums. Without it more than half of the sums spill, so that these are in a module of their
// own, which is only used where they are faster. Each sum has the same summands in the same order as in the other
// tiles, and the same bits. They do not add to the output: V8 joins the sums of a single use only.

import { addProduct } from './tile'

/**
 * Sums over `a[row][k] * b[k]` of 6 rows and a panel `[k][16]`. A frame has the addresses of 6 rows of `a`,
 * whose values lie `aStep` bytes apart, then those of 6 rows of the output.
 */
export function wideTile6(frame: usize, aStep: usize, b: usize, depth: i32): void {
  const a0 = <usize>load<u32>(frame)
  const a1 = <usize>load<u32>(frame, 4)
  const a2 = <usize>load<u32>(frame, 8)
  const a3 = <usize>load<u32>(frame, 12)
  const a4 = <usize>load<u32>(frame, 16)
  const a5 = <usize>load<u32>(frame, 20)
  let s00 = f32x4.splat(0)
  let s01 = s00
  let s02 = s00
  let s03 = s00
  let s10 = s00
  let s11 = s00
  let s12 = s00
  let s13 = s00
  let s20 = s00
  let s21 = s00
  let s22 = s00
  let s23 = s00
  let s30 = s00
  let s31 = s00
  let s32 = s00
  let s33 = s00
  let s40 = s00
  let s41 = s00
  let s42 = s00
  let s43 = s00
  let s50 = s00
  let s51 = s00
  let s52 = s00
  let s53 = s00
  const end = aStep * <usize>depth
  for (let k: usize = 0; k < end; k += aStep) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    const b2 = v128.load(b, 32)
    const b3 = v128.load(b, 48)
    b += 64
    let x = v128.load32_splat(a0 + k)
    s00 = addProduct<f32>(s00, x, b0)
    s01 = addProduct<f32>(s01, x, b1)
    s02 = addProduct<f32>(s02, x, b2)
    s03 = addProduct<f32>(s03, x, b3)
    x = v128.load32_splat(a1 + k)
    s10 = addProduct<f32>(s10, x, b0)
    s11 = addProduct<f32>(s11, x, b1)
    s12 = addProduct<f32>(s12, x, b2)
    s13 = addProduct<f32>(s13, x, b3)
    x = v128.load32_splat(a2 + k)
    s20 = addProduct<f32>(s20, x, b0)
    s21 = addProduct<f32>(s21, x, b1)
    s22 = addProduct<f32>(s22, x, b2)
    s23 = addProduct<f32>(s23, x, b3)
    x = v128.load32_splat(a3 + k)
    s30 = addProduct<f32>(s30, x, b0)
    s31 = addProduct<f32>(s31, x, b1)
    s32 = addProduct<f32>(s32, x, b2)
    s33 = addProduct<f32>(s33, x, b3)
    x = v128.load32_splat(a4 + k)
    s40 = addProduct<f32>(s40, x, b0)
    s41 = addProduct<f32>(s41, x, b1)
    s42 = addProduct<f32>(s42, x, b2)
    s43 = addProduct<f32>(s43, x, b3)
    x = v128.load32_splat(a5 + k)
    s50 = addProduct<f32>(s50, x, b0)
    s51 = addProduct<f32>(s51, x, b1)
    s52 = addProduct<f32>(s52, x, b2)
    s53 = addProduct<f32>(s53, x, b3)
  }
  storeWide(load<u32>(frame, 24), s00, s01, s02, s03)
  storeWide(load<u32>(frame, 28), s10, s11, s12, s13)
  storeWide(load<u32>(frame, 32), s20, s21, s22, s23)
  storeWide(load<u32>(frame, 36), s30, s31, s32, s33)
  storeWide(load<u32>(frame, 40), s40, s41, s42, s43)
  storeWide(load<u32>(frame, 44), s50, s51, s52, s53)
}

/** As {@link wideTile6} with 4 rows. */
export function wideTile4(frame: usize, aStep: usize, b: usize, depth: i32): void {
  const a0 = <usize>load<u32>(frame)
  const a1 = <usize>load<u32>(frame, 4)
  const a2 = <usize>load<u32>(frame, 8)
  const a3 = <usize>load<u32>(frame, 12)
  let s00 = f32x4.splat(0)
  let s01 = s00
  let s02 = s00
  let s03 = s00
  let s10 = s00
  let s11 = s00
  let s12 = s00
  let s13 = s00
  let s20 = s00
  let s21 = s00
  let s22 = s00
  let s23 = s00
  let s30 = s00
  let s31 = s00
  let s32 = s00
  let s33 = s00
  const end = aStep * <usize>depth
  for (let k: usize = 0; k < end; k += aStep) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    const b2 = v128.load(b, 32)
    const b3 = v128.load(b, 48)
    b += 64
    let x = v128.load32_splat(a0 + k)
    s00 = addProduct<f32>(s00, x, b0)
    s01 = addProduct<f32>(s01, x, b1)
    s02 = addProduct<f32>(s02, x, b2)
    s03 = addProduct<f32>(s03, x, b3)
    x = v128.load32_splat(a1 + k)
    s10 = addProduct<f32>(s10, x, b0)
    s11 = addProduct<f32>(s11, x, b1)
    s12 = addProduct<f32>(s12, x, b2)
    s13 = addProduct<f32>(s13, x, b3)
    x = v128.load32_splat(a2 + k)
    s20 = addProduct<f32>(s20, x, b0)
    s21 = addProduct<f32>(s21, x, b1)
    s22 = addProduct<f32>(s22, x, b2)
    s23 = addProduct<f32>(s23, x, b3)
    x = v128.load32_splat(a3 + k)
    s30 = addProduct<f32>(s30, x, b0)
    s31 = addProduct<f32>(s31, x, b1)
    s32 = addProduct<f32>(s32, x, b2)
    s33 = addProduct<f32>(s33, x, b3)
  }
  storeWide(load<u32>(frame, 16), s00, s01, s02, s03)
  storeWide(load<u32>(frame, 20), s10, s11, s12, s13)
  storeWide(load<u32>(frame, 24), s20, s21, s22, s23)
  storeWide(load<u32>(frame, 28), s30, s31, s32, s33)
}

/** As {@link wideTile4}, of sums that begin with what the output holds. */
export function wideSums4(frame: usize, aStep: usize, b: usize, depth: i32): void {
  const a0 = <usize>load<u32>(frame)
  const a1 = <usize>load<u32>(frame, 4)
  const a2 = <usize>load<u32>(frame, 8)
  const a3 = <usize>load<u32>(frame, 12)
  const c0 = <usize>load<u32>(frame, 16)
  const c1 = <usize>load<u32>(frame, 20)
  const c2 = <usize>load<u32>(frame, 24)
  const c3 = <usize>load<u32>(frame, 28)
  let s00 = v128.load(c0)
  let s01 = v128.load(c0, 16)
  let s02 = v128.load(c0, 32)
  let s03 = v128.load(c0, 48)
  let s10 = v128.load(c1)
  let s11 = v128.load(c1, 16)
  let s12 = v128.load(c1, 32)
  let s13 = v128.load(c1, 48)
  let s20 = v128.load(c2)
  let s21 = v128.load(c2, 16)
  let s22 = v128.load(c2, 32)
  let s23 = v128.load(c2, 48)
  let s30 = v128.load(c3)
  let s31 = v128.load(c3, 16)
  let s32 = v128.load(c3, 32)
  let s33 = v128.load(c3, 48)
  const end = aStep * <usize>depth
  for (let k: usize = 0; k < end; k += aStep) {
    const b0 = v128.load(b)
    const b1 = v128.load(b, 16)
    const b2 = v128.load(b, 32)
    const b3 = v128.load(b, 48)
    b += 64
    let x = v128.load32_splat(a0 + k)
    s00 = addProduct<f32>(s00, x, b0)
    s01 = addProduct<f32>(s01, x, b1)
    s02 = addProduct<f32>(s02, x, b2)
    s03 = addProduct<f32>(s03, x, b3)
    x = v128.load32_splat(a1 + k)
    s10 = addProduct<f32>(s10, x, b0)
    s11 = addProduct<f32>(s11, x, b1)
    s12 = addProduct<f32>(s12, x, b2)
    s13 = addProduct<f32>(s13, x, b3)
    x = v128.load32_splat(a2 + k)
    s20 = addProduct<f32>(s20, x, b0)
    s21 = addProduct<f32>(s21, x, b1)
    s22 = addProduct<f32>(s22, x, b2)
    s23 = addProduct<f32>(s23, x, b3)
    x = v128.load32_splat(a3 + k)
    s30 = addProduct<f32>(s30, x, b0)
    s31 = addProduct<f32>(s31, x, b1)
    s32 = addProduct<f32>(s32, x, b2)
    s33 = addProduct<f32>(s33, x, b3)
  }
  storeWide(c0, s00, s01, s02, s03)
  storeWide(c1, s10, s11, s12, s13)
  storeWide(c2, s20, s21, s22, s23)
  storeWide(c3, s30, s31, s32, s33)
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function storeWide(c: usize, s0: v128, s1: v128, s2: v128, s3: v128): void {
  v128.store(c, s0)
  v128.store(c, s1, 16)
  v128.store(c, s2, 32)
  v128.store(c, s3, 48)
}
