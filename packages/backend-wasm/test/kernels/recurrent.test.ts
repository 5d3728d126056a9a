import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { footprint, prepare, random, relativeError } from '../support/compare.js'
import { onlyLaunches } from '../support/launches.js'
import { litter } from '../support/litter.js'
import {
  type Configuration,
  type Operands,
  recurrentResult,
  type Sizes,
} from '../support/recurrent.js'

beforeAll(prepare)
beforeEach(litter)

const usual: Configuration = {
  activation: 'tanh',
  recurrentActivation: 'sigmoid',
  goesBackwards: false,
  givesSequence: true,
  givesCell: false,
}

interface Case extends Partial<Sizes>, Partial<Configuration> {
  readonly isPlain?: boolean
}

const names = ['linear', 'tanh', 'sigmoid', 'hardSigmoid', 'relu']
const cases: readonly Case[] = [
  {},
  { batch: 1, steps: 1, units: 1 },
  { batch: 1, steps: 3, units: 9 },
  { batch: 5, steps: 2, units: 3 },
  { batch: 9, units: 8 },
  { givesSequence: false },
  { goesBackwards: true },
  { goesBackwards: true, givesSequence: false, givesCell: true },
  { givesCell: true },
  { isPlain: true },
  { isPlain: true, givesSequence: false, units: 5 },
  ...names.map((activation) => ({ activation })),
  ...names.map((recurrentActivation) => ({ recurrentActivation })),
]

const kinds = { LSTM: 4, GRU: 3 } as const

describe.each(['LSTM', 'GRU'] as const)('%s', (kind) => {
  it.each(cases)('has the values and slopes of its definition: %j', (given) => {
    const problem = made(kind, given)
    const { sizes, operands, how } = problem
    const before = footprint()
    const { outputs, slopes } = computed(kind, problem)
    expect(footprint()).toEqual(before)
    const resultOf = (changed: Partial<Operands>) =>
      recurrentResult(kind, sizes, { ...operands, ...changed }, how)
    const expected = resultOf({})
    expect(relativeError(outputs, expected)).toBeLessThan(2e-6)
    const lossOf = (changed: Partial<Operands>) => weightedSum(resultOf(changed), sizes.batch)
    const wanted = ['projected', 'hidden', 'cell'] as const
    for (const [i, values] of slopes.entries()) {
      const name = wanted[i] as (typeof wanted)[number]
      expect(
        relativeError(
          values,
          differences(operands[name], (changed) => lossOf({ [name]: changed })),
        ),
      ).toBeLessThan(1e-5)
    }
  })

  it('has the same bits for a sequence in any batch', () => {
    const problem = made(kind, { batch: 75, steps: 3, units: 6 })
    const { outputs, slopes } = computed(kind, problem)
    for (const first of [0, 1, 8, 74]) {
      const alone = computed(kind, ofSequence(problem, first))
      const { length } = alone.outputs
      const { length: slopeCount } = alone.slopes[0] as Float32Array
      expect(alone.outputs).toEqual(outputs.slice(first * length, (first + 1) * length))
      expect(alone.slopes[0]).toEqual(
        slopes[0]?.slice(first * slopeCount, (first + 1) * slopeCount),
      )
    }
  })

  it('keeps NaN, but not that of a masked step', () => {
    const problem = made(kind, { batch: 2, steps: 2, units: 2 })
    const { operands } = problem
    const width = 2 * kinds[kind]
    const projected = operands.projected.map((x, i) => (i < width ? Number.NaN : x))
    const nowhere = { ...operands, projected, mask: [true, true, true, true] }
    const { outputs } = computed(kind, { ...problem, operands: nowhere })
    expect(outputs.slice(0, 4).every(Number.isNaN)).toBe(true)
    expect(outputs.slice(4).some(Number.isNaN)).toBe(false)
    const masked = { ...operands, projected, mask: [false, true, true, true] }
    const { outputs: rest, slopes } = computed(kind, { ...problem, operands: masked })
    expect([...rest, ...(slopes[0] ?? [])].some(Number.isNaN)).toBe(false)
  })

  it('computes nothing of no sequences', () => {
    const { outputs } = computed(kind, made(kind, { batch: 0 }))
    expect(outputs).toHaveLength(0)
  })

  it('refuses an activation that it does not have', () => {
    const problem = made(kind, {})
    const how = { ...problem.how, activation: 'softsign' }
    expect(() => computed(kind, { ...problem, how })).toThrow('it has linear, tanh,')
  })
})

interface Problem {
  readonly sizes: Sizes
  readonly operands: Operands
  readonly how: Configuration
  readonly isPlain: boolean
}

function made(kind: 'LSTM' | 'GRU', given: Case): Problem {
  const { batch = 3, steps = 4, units = 5, isPlain = false, ...rest } = given
  const how = { ...usual, ...rest, givesCell: kind === 'LSTM' && rest.givesCell === true }
  const width = kinds[kind] * units
  const numbers = (count: number, seed: number) => [...random([count], seed).dataSync()]
  const zeros = (count: number) => Array.from({ length: count }, () => 0)
  const mask = numbers(batch * steps, 6).map((x) => isPlain || x < 0.3)
  const operands = {
    projected: numbers(batch * steps * width, 1).map((x) => 2 * x),
    recurrentKernel: numbers(units * width, 2),
    bias: isPlain ? zeros(width) : numbers(width, 3),
    hidden: isPlain ? zeros(batch * units) : numbers(batch * units, 4),
    cell: isPlain ? zeros(batch * units) : numbers(batch * units, 5),
    mask,
  }
  return { sizes: { batch, steps, units }, operands, how, isPlain }
}

/** The same for one sequence of the batch. */
function ofSequence({ sizes, operands, ...rest }: Problem, b: number): Problem {
  const { steps, units } = sizes
  const part = <T>(values: T[], count: number) => values.slice(b * count, (b + 1) * count)
  return {
    ...rest,
    sizes: { ...sizes, batch: 1 },
    operands: {
      ...operands,
      projected: part(operands.projected, steps * operands.bias.length),
      hidden: part(operands.hidden, units),
      cell: part(operands.cell, units),
      mask: part(operands.mask, steps),
    },
  }
}

/** Runs the kernels; the slopes are those of the {@link weightedSum} of the result. */
function computed(kind: 'LSTM' | 'GRU', { sizes, operands, how, isPlain }: Problem) {
  const { batch, steps, units } = sizes
  const width = kinds[kind] * units
  const run = (name: string, inputs: Record<string, tf.Tensor>): tf.Tensor[] => {
    const { result } = onlyLaunches(() => tf.engine().runKernel(name, inputs, { ...how }))
    return result as unknown as tf.Tensor[]
  }
  return tf.tidy(() => {
    const recurrentKernel = tf.tensor(operands.recurrentKernel, [units, width])
    const state = (values: number[]) => tf.tensor(values, [batch, units])
    const mask: Record<string, tf.Tensor> = isPlain
      ? {}
      : { mask: tf.tensor(operands.mask, [batch, steps], 'bool') }
    const [result, ...kept] = run(kind, {
      projected: tf.tensor(operands.projected, [batch, steps, width]),
      recurrentKernel,
      ...mask,
      ...(isPlain ? {} : { bias: tf.tensor1d(operands.bias), hidden: state(operands.hidden) }),
      ...(isPlain || kind === 'GRU' ? {} : { cell: state(operands.cell) }),
    }) as [tf.Tensor, ...tf.Tensor[]]
    const [gates, hiddens, third, activated] = kept as [tf.Tensor, tf.Tensor, tf.Tensor, tf.Tensor]
    const dy = tf.tensor(
      Array.from({ length: result.size }, (_, i) => weight(i, result.size / batch)),
      result.shape,
    )
    const ofCell: Record<string, tf.Tensor> =
      kind === 'LSTM' ? { cells: third, activated } : { hiddens }
    const slopes = run(`${kind}Grad`, { dy, recurrentKernel, gates, ...ofCell, ...mask })
    return {
      outputs: result.dataSync() as Float32Array,
      slopes: slopes.map((slope) => slope.dataSync() as Float32Array),
    } as unknown as tf.TensorContainer
  }) as unknown as { outputs: Float32Array; slopes: Float32Array[] }
}

/** The same for each sequence, of so many values. */
const weight = (i: number, perSequence: number) => Math.cos(i % perSequence)

const weightedSum = (values: readonly number[], batch: number) =>
  values.reduce((sum, value, i) => sum + value * weight(i, values.length / batch), 0)

/** Central differences of a function of numbers. */
function differences(values: readonly number[], loss: (changed: number[]) => number): number[] {
  const step = 1e-5
  const at = (i: number, by: number) => loss(values.map((x, j) => (i === j ? x + by : x)))
  return values.map((_, i) => (at(i, step) - at(i, -step)) / (2 * step))
}
