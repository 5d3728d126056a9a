import { decayed, firstMoment, get, moved, put, scalar, secondMoment } from './optimizer-vectors'

// Slots: the mean square; if centered, the mean; with momentum, the buffer. Scalars: L2 decay, alpha,
// 1 - alpha, epsilon, momentum, minus the rate.

export function rmsPropStep(w: usize, r: usize, at: usize, bytes: usize, s: usize): void {
  for (let i = at; i < at + bytes; i += 16) {
    const value = get(r, 0, i)
    const gradient = decayed(get(r, 2, i), value, scalar(s, 0))
    const square = secondMoment(get(r, 1, i), gradient, scalar(s, 1), scalar(s, 2))
    put(w, 1, i, square)
    put(w, 0, i, moved(value, gradient, widthOf(square, s), scalar(s, 5)))
  }
}

export function rmsPropMomentumStep(
  w: usize,
  r: usize,
  at: usize,
  bytes: usize,
  s: usize,
): void {
  for (let i = at; i < at + bytes; i += 16) {
    const value = get(r, 0, i)
    const gradient = decayed(get(r, 3, i), value, scalar(s, 0))
    const square = secondMoment(get(r, 1, i), gradient, scalar(s, 1), scalar(s, 2))
    const buffer = nextBuffer(get(r, 2, i), gradient, widthOf(square, s), s)
    put(w, 1, i, square)
    put(w, 2, i, buffer)
    put(w, 0, i, f32x4.add(value, f32x4.mul(buffer, scalar(s, 5))))
  }
}

export function rmsPropCenteredStep(
  w: usize,
  r: usize,
  at: usize,
  bytes: usize,
  s: usize,
): void {
  for (let i = at; i < at + bytes; i += 16) {
    const value = get(r, 0, i)
    const gradient = decayed(get(r, 3, i), value, scalar(s, 0))
    const square = secondMoment(get(r, 1, i), gradient, scalar(s, 1), scalar(s, 2))
    const mean = firstMoment(get(r, 2, i), gradient, scalar(s, 2))
    put(w, 1, i, square)
    put(w, 2, i, mean)
    const width = widthOf(variance(square, mean), s)
    put(w, 0, i, moved(value, gradient, width, scalar(s, 5)))
  }
}

export function rmsPropCenteredMomentumStep(
  w: usize,
  r: usize,
  at: usize,
  bytes: usize,
  s: usize,
): void {
  for (let i = at; i < at + bytes; i += 16) {
    const value = get(r, 0, i)
    const gradient = decayed(get(r, 4, i), value, scalar(s, 0))
    const square = secondMoment(get(r, 1, i), gradient, scalar(s, 1), scalar(s, 2))
    const mean = firstMoment(get(r, 2, i), gradient, scalar(s, 2))
    const width = widthOf(variance(square, mean), s)
    const buffer = nextBuffer(get(r, 3, i), gradient, width, s)
    put(w, 1, i, square)
    put(w, 2, i, mean)
    put(w, 3, i, buffer)
    put(w, 0, i, f32x4.add(value, f32x4.mul(buffer, scalar(s, 5))))
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function variance(square: v128, mean: v128): v128 {
  return f32x4.sub(square, f32x4.mul(mean, mean))
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function widthOf(square: v128, s: usize): v128 {
  return f32x4.add(f32x4.sqrt(square), scalar(s, 3))
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function nextBuffer(buffer: v128, gradient: v128, width: v128, s: usize): v128 {
  return f32x4.add(f32x4.mul(buffer, scalar(s, 4)), f32x4.div(gradient, width))
}
