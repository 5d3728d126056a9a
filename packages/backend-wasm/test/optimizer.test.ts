import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, prepare, random, relativeError } from './support/compare.js'
import { litter } from './support/litter.js'

beforeAll(prepare)
beforeEach(litter)

/** A variable with its slots. */
interface Stepped {
  readonly value: tf.Tensor
  readonly slots: readonly tf.Tensor[]
  readonly gradient: tf.Tensor
}

/** Slots, and scalars such as an optimizer would give. */
const rules: Readonly<Record<string, readonly [slots: number, scalars: readonly number[]]>> = {
  sgd: [0, [0.1, -0.01]],
  momentum: [1, [0.1, 0.9, 0.8, 0, -0.01]],
  adam: [2, [0.1, 0.99, 0.1, 0.999, 0.001, 0.03, 1e-8, -0.01]],
  amsGrad: [3, [0.1, 0.99, 0.1, 0.999, 0.001, 0.03, 1e-8, -0.01]],
  rmsProp: [1, [0.1, 0.9, 0.1, 1e-8, 0, -0.01]],
  rmsPropMomentum: [2, [0.1, 0.9, 0.1, 1e-8, 0.5, -0.01]],
  rmsPropCentered: [2, [0.1, 0.9, 0.1, 1e-8, 0, -0.01]],
  rmsPropCenteredMomentum: [3, [0.1, 0.9, 0.1, 1e-8, 0.5, -0.01]],
  adagrad: [1, [0.1, 1e-10, -0.01]],
  lion: [1, [0.1, 0.9, 0.1, 0.99, 0.01, -0.01]],
  lamb: [2, [0.1, 0.999, 0.001, 0.1, 0.03, 1e-6, 0.1, -0.01]],
}

function scalarsOf(rule: string): readonly number[] {
  return rules[rule]?.[1] ?? []
}

/** Variables of some sizes with the elements of one long list, one after the other. */
function variables(rule: string, sizes: readonly number[]): Stepped[] {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const [slotCount = 0] = rules[rule] ?? []
  const lists = Array.from({ length: slotCount + 2 }, (_, i) =>
    tf.tidy(() => tf.square(random([total], i + 1))),
  )
  let start = 0
  const all = sizes.map((size) => {
    const [value, gradient, ...slots] = lists.map((list) => tf.slice(list, start, size))
    start += size
    return { value, slots, gradient } as Stepped
  })
  tf.dispose(lists)
  return all
}

/** One step of the kernel. @returns what it wrote, for each variable its value and its slots */
function step(rule: string, all: readonly Stepped[]): tf.TensorInfo[] {
  const { kernelFunc } = tf.getKernel('RegimenOptimizerStep', 'wasm')
  return kernelFunc({
    inputs: {
      variables: all.map(({ value }) => value),
      gradients: all.map(({ gradient }) => gradient),
      slots: all.flatMap(({ slots }) => slots),
    } as unknown as tf.NamedTensorInfoMap,
    attrs: { rule, scalars: all.map(() => [...scalarsOf(rule)]) },
    backend: tf.backend(),
  }) as tf.TensorInfo[]
}

function read(tensors: readonly tf.Tensor[]): number[] {
  return tensors.flatMap((tensor) => [...tensor.dataSync()])
}

const everything = ({ value, slots, gradient }: Stepped) => [value, ...slots, gradient]

describe.each(Object.keys(rules).filter((rule) => rule !== 'lamb'))('%s', (rule) => {
  it('has the same bits wherever an element lies, over tasks, launches and odd sizes', () => {
    const before = footprint()
    const many = variables(rule, [...Array.from({ length: 331 }, () => 7), 40_003, 0, 1, 2])
    const one = variables(rule, [331 * 7 + 40_003 + 3])
    step(rule, many)
    step(rule, one)
    for (const [place, tensor] of everything(one[0] as Stepped).entries()) {
      const parts = many.map((stepped) => everything(stepped)[place] as tf.Tensor)
      expect(read(parts)).toEqual(read([tensor]))
    }
    tf.dispose([...many, ...one].flatMap(everything))
    expect(footprint()).toEqual(before)
  })
})

describe('adam', () => {
  it('is its formula in double precision', () => {
    const all = variables('adam', [3, 16_384, 20_000])
    const [value = [], first = [], second = [], gradient = []] = [0, 1, 2, 3].map((place) =>
      read(all.map((stepped) => everything(stepped)[place] as tf.Tensor)),
    )
    const [
      decay = 0,
      kept = 0,
      share1 = 0,
      beta2 = 0,
      share2 = 0,
      root = 0,
      epsilon = 0,
      rate = 0,
    ] = scalarsOf('adam')
    const expected = value.map((w, i) => {
      const g = (gradient[i] ?? 0) + decay * w
      const m = (first[i] ?? 0) * (1 - share1) + share1 * g
      const v = (second[i] ?? 0) * beta2 + share2 * g * g
      return w * kept + (rate * m) / (Math.sqrt(v) / root + epsilon)
    })
    step('adam', all)
    const found = read(all.map((stepped) => stepped.value))
    expect(relativeError(found, expected)).toBeLessThan(3e-7)
    tf.dispose(all.flatMap(everything))
  })

  it('keeps NaN to its element', () => {
    const all = variables('adam', [5])
    const [{ value, slots }] = all as [Stepped]
    const gradient = tf.tensor1d([1, Number.NaN, 1, 1, Number.NaN])
    step('adam', [{ value, slots, gradient }])
    expect(read([value]).map(Number.isNaN)).toEqual([false, true, false, false, true])
    tf.dispose([gradient, ...all.flatMap(everything)])
  })
})

describe('lamb', () => {
  it.each([[5], [3000, 1, 0], [100_000, 7, 4096]])('is its formula for sizes %s', (...sizes) => {
    const before = footprint()
    const all = variables('lamb', sizes)
    const [, , , bias = 0, root = 0, epsilon = 0, decay = 0, rate = 0] = scalarsOf('lamb')
    const expected = all.map((stepped) => {
      const [value = [], first = [], second = [], gradient = []] = everything(stepped).map((one) =>
        read([one]),
      )
      const way = value.map((w, i) => {
        const g = gradient[i] ?? 0
        const m = (first[i] ?? 0) * 0.9 + 0.1 * g
        const v = (second[i] ?? 0) * 0.999 + 0.001 * g * g
        return m / bias / (Math.sqrt(v) / root + epsilon) + decay * w
      })
      const ratio = Math.hypot(...value) / Math.hypot(...way)
      return value.map((w, i) => w + rate * ratio * (way[i] ?? 0))
    })
    step('lamb', all)
    for (const [i, { value }] of all.entries())
      expect(relativeError(read([value]), expected[i] ?? [])).toBeLessThan(5e-7)
    tf.dispose(all.flatMap(everything))
    expect(footprint()).toEqual(before)
  })

  it('has a trust ratio of 1 where the weights or the way are 0', () => {
    const [gradient, value] = [tf.ones([3]), tf.zeros([3])]
    const slots = [tf.zeros([3]), tf.zeros([3])]
    step('lamb', [{ value, slots, gradient }])
    expect(relativeError(read([value]), Array(3).fill((-0.01 * 1) / 1.0540925))).toBeLessThan(1e-3)
    const still = {
      value: tf.ones([3]),
      slots: [tf.zeros([3]), tf.zeros([3])],
      gradient: tf.zeros([3]),
    }
    step('lamb', [still])
    expect(read([still.value])[0]).toBeCloseTo(0.99, 6)
    tf.dispose([gradient, value, ...slots, ...everything(still)])
  })
})

describe('a tensor that is shared', () => {
  it('keeps its values: the step goes to a new buffer', () => {
    const before = footprint()
    const all = variables('momentum', [6])
    const [{ value, slots, gradient }] = all as [Stepped]
    const clones = [value.clone(), tf.reshape(slots[0] as tf.Tensor, [2, 3])]
    const old = clones.map((clone) => read([clone]))
    const [next, slot] = step('momentum', all) as [tf.TensorInfo, tf.TensorInfo]
    expect(next.dataId).not.toBe(value.dataId)
    expect(slot.dataId).not.toBe(slots[0]?.dataId)
    expect(clones.map((clone) => read([clone]))).toEqual(old)

    tf.dispose(clones)
    step('momentum', all)
    const made = [next, slot].map((info) => tf.engine().makeTensorFromTensorInfo(info))
    expect(read([value, ...slots])).toEqual(read(made))
    tf.dispose([...made, gradient, value, ...slots])
    expect(footprint()).toEqual(before)
  })

  it('is changed in place once it is alone', () => {
    const all = variables('sgd', [6])
    const [{ value }] = all as [Stepped]
    const [next] = step('sgd', all)
    expect(next?.dataId).toBe(value.dataId)
    tf.dispose(all.flatMap(everything))
  })
})

it('a layer whose weights are packed elsewhere sees them change', () => {
  const x = tf.tensor4d([-1, -2, -3, -4], [1, 2, 2, 1])
  const value = tf.tensor4d([0.5], [1, 1, 1, 1])
  const leaked = () => tf.tidy(() => read([tf.prelu(x, value)]))
  expect(leaked()).toEqual([-0.5, -1, -1.5, -2])
  const gradient = tf.tensor4d([-50], [1, 1, 1, 1])
  const { kernelFunc } = tf.getKernel('RegimenOptimizerStep', 'wasm')
  kernelFunc({
    inputs: { variables: [value], gradients: [gradient], slots: [] } as never,
    attrs: { rule: 'sgd', scalars: [[0, -0.01]] },
    backend: tf.backend(),
  })
  expect(leaked()).toEqual([-1, -2, -3, -4])
  tf.dispose([x, value, gradient])
})

it('a rule that is not known changes nothing and writes nothing', () => {
  const all = variables('sgd', [3])
  const [{ value }] = all as [Stepped]
  const old = read([value])
  expect(step('adadelta', all)).toEqual([])
  expect(read([value])).toEqual(old)
  tf.dispose(all.flatMap(everything))
})
