import {
  decayed,
  firstMoment,
  get,
  moved,
  put,
  scalar,
  secondMoment,
} from './optimizer-vectors'

// Each rule takes the addresses of what it writes (the variable, its slots) and of what it reads (the
// variable, its slots, the gradient), a place in them and a multiple of 16 bytes, and its scalars. The
// order of operations is that of PyTorch's single-tensor rules.

/** Scalars: L2 decay, minus the rate. */
export function sgdStep(w: usize, r: usize, at: usize, bytes: usize, s: usize): void {
  const decay = scalar(s, 0)
  const rate = scalar(s, 1)
  for (let i = at; i < at + bytes; i += 16) {
    const value = get(r, 0, i)
    const gradient = decayed(get(r, 1, i), value, decay)
    put(w, 0, i, f32x4.add(value, f32x4.mul(gradient, rate)))
  }
}

/** Slot: the momentum buffer. Scalars: L2 decay, momentum, share of the gradient, 1 for Nesterov, minus the rate. */
export function momentumStep(w: usize, r: usize, at: usize, bytes: usize, s: usize): void {
  const decay = scalar(s, 0)
  const momentum = scalar(s, 1)
  const share = scalar(s, 2)
  const isNesterov = f32x4.gt(scalar(s, 3), f32x4.splat(0))
  const rate = scalar(s, 4)
  for (let i = at; i < at + bytes; i += 16) {
    const value = get(r, 0, i)
    const gradient = decayed(get(r, 2, i), value, decay)
    const buffer = f32x4.add(f32x4.mul(get(r, 1, i), momentum), f32x4.mul(gradient, share))
    const ahead = f32x4.add(gradient, f32x4.mul(buffer, momentum))
    put(w, 1, i, buffer)
    const way = v128.bitselect(ahead, buffer, isNesterov)
    put(w, 0, i, f32x4.add(value, f32x4.mul(way, rate)))
  }
}

/**
 * Slots: both moments. Scalars: L2 decay, what decoupled decay leaves, 1 - beta1, beta2, 1 - beta2, root
 * of the second bias correction, epsilon, minus the rate over the first bias correction.
 */
export function adamStep(w: usize, r: usize, at: usize, bytes: usize, s: usize): void {
  for (let i = at; i < at + bytes; i += 16) {
    const value = get(r, 0, i)
    const gradient = decayed(get(r, 3, i), value, scalar(s, 0))
    const first = firstMoment(get(r, 1, i), gradient, scalar(s, 2))
    const second = secondMoment(get(r, 2, i), gradient, scalar(s, 3), scalar(s, 4))
    put(w, 1, i, first)
    put(w, 2, i, second)
    put(w, 0, i, adamValue(value, first, second, s))
  }
}

/** {@link adamStep} with a third slot, the largest second moment so far. */
export function amsGradStep(w: usize, r: usize, at: usize, bytes: usize, s: usize): void {
  for (let i = at; i < at + bytes; i += 16) {
    const value = get(r, 0, i)
    const gradient = decayed(get(r, 4, i), value, scalar(s, 0))
    const first = firstMoment(get(r, 1, i), gradient, scalar(s, 2))
    const second = secondMoment(get(r, 2, i), gradient, scalar(s, 3), scalar(s, 4))
    const largest = f32x4.max(get(r, 3, i), second)
    put(w, 1, i, first)
    put(w, 2, i, second)
    put(w, 3, i, largest)
    put(w, 0, i, adamValue(value, first, largest, s))
  }
}

// @ts-ignore: decorators are AssemblyScript's
@inline
function adamValue(value: v128, first: v128, second: v128, s: usize): v128 {
  const root = f32x4.div(f32x4.sqrt(second), scalar(s, 5))
  const kept = f32x4.mul(value, scalar(s, 1))
  return moved(kept, first, f32x4.add(root, scalar(s, 6)), scalar(s, 7))
}

/** Slot: the sum of squares. Scalars: L2 decay, epsilon, minus the rate. */
export function adagradStep(w: usize, r: usize, at: usize, bytes: usize, s: usize): void {
  const decay = scalar(s, 0)
  const epsilon = scalar(s, 1)
  const rate = scalar(s, 2)
  for (let i = at; i < at + bytes; i += 16) {
    const value = get(r, 0, i)
    const gradient = decayed(get(r, 2, i), value, decay)
    const sum = f32x4.add(get(r, 1, i), f32x4.mul(gradient, gradient))
    put(w, 1, i, sum)
    put(w, 0, i, moved(value, gradient, f32x4.add(f32x4.sqrt(sum), epsilon), rate))
  }
}

/** Slot: the momentum. Scalars: decoupled decay, beta1, 1 - beta1, beta2, 1 - beta2, minus the rate. */
export function lionStep(w: usize, r: usize, at: usize, bytes: usize, s: usize): void {
  const zero = f32x4.splat(0)
  const signBit = f32x4.splat(-0.0)
  const one = f32x4.splat(1)
  for (let i = at; i < at + bytes; i += 16) {
    const value = get(r, 0, i)
    const before = get(r, 1, i)
    const gradient = get(r, 2, i)
    const mixed = f32x4.add(
      f32x4.mul(before, scalar(s, 1)),
      f32x4.mul(gradient, scalar(s, 2)),
    )
    // Neither 0 nor NaN has another sign than itself.
    const isSigned = v128.or(f32x4.lt(mixed, zero), f32x4.gt(mixed, zero))
    const sign = v128.bitselect(v128.or(v128.and(mixed, signBit), one), mixed, isSigned)
    const way = decayed(sign, value, scalar(s, 0))
    put(w, 0, i, f32x4.add(value, f32x4.mul(way, scalar(s, 5))))
    const after = f32x4.add(
      f32x4.mul(before, scalar(s, 3)),
      f32x4.mul(gradient, scalar(s, 4)),
    )
    put(w, 1, i, after)
  }
}
