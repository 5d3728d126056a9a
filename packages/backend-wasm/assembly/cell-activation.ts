// Activations of recurrent cells by number, and their slopes as functions of their results.

import { CellActivation } from '../src/engine/cell'
import { mulThenAdd, sigmoid4, splat } from './math'
import { loadLanes, storeLanes } from './partial-vector'

/**
 * Writes the activation of a row, to which a bias is added first unless it is 0. Loops of one activation each
 * keep their constants in registers: a cell that activates value by value takes twice the time.
 */
export function activateRow(activation: i32, from: usize, bias: usize, to: usize, count: i32): void {
  switch (activation) {
    case CellActivation.tanh:
      eachOf(CellActivation.tanh, from, bias, to, count)
      break
    case CellActivation.sigmoid:
      eachOf(CellActivation.sigmoid, from, bias, to, count)
      break
    case CellActivation.hardSigmoid:
      eachOf(CellActivation.hardSigmoid, from, bias, to, count)
      break
    case CellActivation.relu:
      eachOf(CellActivation.relu, from, bias, to, count)
      break
    default:
      eachOf(CellActivation.linear, from, bias, to, count)
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function eachOf(activation: i32, from: usize, bias: usize, to: usize, count: i32): void {
  for (let lanes = count; lanes > 0; lanes -= 4) {
    let x = loadLanes(from, lanes)
    if (bias !== 0) {
      x = f32x4.add(x, loadLanes(bias, lanes))
      bias += 16
    }
    storeLanes(to, activate(activation, x), lanes)
    from += 16
    to += 16
  }
}

/** The activation of four values. NaN stays NaN. */
// @ts-ignore: decorators are AssemblyScript's
@inline
function activate(activation: i32, x: v128): v128 {
  if (activation === CellActivation.tanh) return quickTanh4(x)
  if (activation === CellActivation.sigmoid) return sigmoid4(x)
  if (activation === CellActivation.hardSigmoid) {
    const line = f32x4.add(f32x4.splat(0.5), f32x4.mul(f32x4.splat(0.2), x))
    return f32x4.max(f32x4.min(line, f32x4.splat(1)), f32x4.splat(0))
  }
  if (activation === CellActivation.relu) return f32x4.max(x, f32x4.splat(0))
  return x
}

/** The slope of the activation where it has the value `y`. */
// @ts-ignore: decorators are AssemblyScript's
@inline
export function slopeAt(activation: i32, y: v128): v128 {
  const one = f32x4.splat(1)
  if (activation === CellActivation.tanh) return f32x4.sub(one, f32x4.mul(y, y))
  if (activation === CellActivation.sigmoid) return f32x4.mul(y, f32x4.sub(one, y))
  const isAbove = f32x4.gt(y, f32x4.splat(0))
  if (activation === CellActivation.hardSigmoid) {
    return v128.and(f32x4.splat(0.2), v128.and(isAbove, f32x4.lt(y, one)))
  }
  if (activation === CellActivation.relu) return v128.and(one, isAbove)
  return one
}

/**
 * The hyperbolic tangent within 5e-7 of the true value, in half the time of `tanh4`: the rational function of
 * Eigen (`generic_fast_tanh_float`), which is 1 from 7.9 on. Terms are rounded twice: rounded once, a trained LSTM
 * was three times as far from PyTorch's.
 */
// @ts-ignore: decorators are AssemblyScript's
@inline
function quickTanh4(value: v128): v128 {
  const x = f32x4.max(f32x4.min(value, splat(7.90531110763549805)), splat(-7.90531110763549805))
  const square = f32x4.mul(x, x)
  let p = mulThenAdd(splat(-2.76076847742355e-16), square, splat(2.00018790482477e-13))
  p = mulThenAdd(p, square, splat(-8.60467152213735e-11))
  p = mulThenAdd(p, square, splat(5.12229709037114e-8))
  p = mulThenAdd(p, square, splat(1.48572235717979e-5))
  p = mulThenAdd(p, square, splat(6.37261928875436e-4))
  p = mulThenAdd(p, square, splat(4.89352455891786e-3))
  let q = mulThenAdd(splat(1.19825839466702e-6), square, splat(1.18534705686654e-4))
  q = mulThenAdd(q, square, splat(2.268434632439e-3))
  q = mulThenAdd(q, square, splat(4.89352518554385e-3))
  return f32x4.div(f32x4.mul(x, p), q)
}
