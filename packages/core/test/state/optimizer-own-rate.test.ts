import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { type Snapshot, Trainer } from '../../src/index.js'
import { onCpu, rejection } from '../helpers/lab.js'
import { lineBatches, lineModule } from '../helpers/line.js'
import { throughText } from '../helpers/lives.js'

onCpu()

type Gradients = Record<string, tf.Tensor>

/** Takes a step of plain gradient descent. */
function descend(gradients: Gradients, rate: number): void {
  const { registeredVariables } = tf.engine() as unknown as {
    readonly registeredVariables: Record<string, tf.Variable>
  }
  for (const [name, gradient] of Object.entries(gradients)) {
    const variable = registeredVariables[name] as tf.Variable
    tf.tidy(() => variable.assign(tf.sub(variable, tf.mul(gradient, rate))))
  }
}

const optimizer = <Own extends object>(own: Own & ThisType<Own>) => own as unknown as tf.Optimizer

/** The weights after so many epochs of four batches, and a snapshot of then. */
async function life(make: () => tf.Optimizer, epochs: number, resumeFrom?: Snapshot) {
  const module = lineModule({ configureOptimizers: make })
  const trainer = new Trainer({ maxEpochs: epochs })
  try {
    await trainer.fit(module, { train: lineBatches(4) }, resumeFrom && { resumeFrom })
    const snapshot = throughText(await trainer.snapshot())
    return { snapshot, weights: [...module.w.dataSync(), ...module.b.dataSync()] }
  } finally {
    module.dispose()
    await trainer.dispose()
  }
}

const kinds: Readonly<Record<string, () => tf.Optimizer>> = {
  'of a class of its own': () =>
    optimizer({
      learningRate: 0.2,
      applyGradients(gradients: Gradients) {
        descend(gradients, this.learningRate)
        this.learningRate *= 0.9
      },
    }),
  'of a class of its own, every third step': () =>
    optimizer({
      learningRate: 0.2,
      steps: 0,
      applyGradients(gradients: Gradients) {
        descend(gradients, this.learningRate)
        this.steps++
        if (this.steps % 3 === 0) this.learningRate *= 0.5
      },
    }),
  'of one inside of it': () => {
    const inner = tf.train.adam(0.1) as unknown as tf.Optimizer & { learningRate: number }
    return optimizer({
      inner,
      applyGradients(gradients: Gradients) {
        inner.applyGradients(gradients)
        inner.learningRate *= 0.9
      },
    })
  },
  'of one of tfjs that was changed': () => {
    const adam = tf.train.adam(0.1) as unknown as tf.Optimizer & { learningRate: number }
    const apply = adam.applyGradients.bind(adam)
    adam.applyGradients = (gradients) => {
      apply(gradients)
      adam.learningRate *= 0.9
    }
    return adam
  },
}

describe('an optimizer that changes the learning rate', () => {
  it.each(Object.keys(kinds))('%s goes on with it', async (kind) => {
    const make = kinds[kind] as () => tf.Optimizer
    const whole = await life(make, 5)
    const first = await life(make, 2)
    expect((await life(make, 5, first.snapshot)).weights).toEqual(whole.weights)
    const second = await life(make, 2, first.snapshot)
    const third = await life(make, 4, second.snapshot)
    expect((await life(make, 5, third.snapshot)).weights).toEqual(whole.weights)
  })

  it('by nothing of its own takes that of its configuration when resumed', async () => {
    const { snapshot, weights } = await life(() => tf.train.sgd(0.1), 1)
    const still = await life(() => tf.train.sgd(0), 3, snapshot)
    expect(still.weights).toEqual(weights)
  })
})

describe('state that cannot be saved is refused by name where it changes:', () => {
  const symbol = Symbol('sum')
  const hidden: Readonly<Record<string, [object, (own: never) => void]>> = {
    'a bigint': [{ n: 0n }, (own: { n: bigint }) => void own.n++],
    'a Date': [
      { n: new Date(0) },
      ({ n }: { n: Date }) => void n.setMilliseconds(n.getMilliseconds() + 1),
    ],
    'a ArrayBuffer': [
      { n: new ArrayBuffer(1) },
      ({ n }: { n: ArrayBuffer }) => {
        const bytes = new Uint8Array(n)
        bytes[0] = (bytes[0] ?? 0) + 1
      },
    ],
    'under a key that is no text': [
      { [symbol]: 0 },
      (own: { [symbol]: number }) => void own[symbol]++,
    ],
  }

  it.each(Object.keys(hidden))('%s', async (found) => {
    const [fields, change] = hidden[found] as [object, (own: object) => void]
    const make = (changes: boolean) => () =>
      optimizer({
        ...fields,
        applyGradients(gradients: Gradients) {
          descend(gradients, 0.1)
          if (changes) change(this as object)
        },
      })
    const error = await rejection(life(make(true), 1))
    expect(error.code).toBe('REG_STATE_INVALID')
    expect(error.message).toContain(found)
  })

  it.each(['a bigint', 'a Date', 'a ArrayBuffer'])(
    '%s that stays the same is none',
    async (kind) => {
      const [fields] = hidden[kind] as [object, unknown]
      const applyGradients = (gradients: Gradients) => descend(gradients, 0.1)
      const make = () => optimizer({ ...structuredClone(fields), applyGradients })
      const { snapshot } = await life(make, 1)
      expect((await life(make, 3, snapshot)).weights).toEqual((await life(make, 3)).weights)
    },
  )

  it('an integer in a small typed array, or in a field that is not enumerable, is saved', async () => {
    const make = () =>
      Object.defineProperty(
        optimizer({
          counts: new Int16Array(1),
          applyGradients(this: { counts: Int16Array; sum: { n: number } }, given: Gradients) {
            this.counts[0] = (this.counts[0] ?? 0) + 1
            this.sum.n += 2
            descend(given, 0.2 / ((this.counts[0] ?? 0) + this.sum.n))
          },
        }),
        'sum',
        { value: { n: 0 }, enumerable: false },
      )
    const { snapshot } = await life(make, 1)
    expect((await life(make, 3, snapshot)).weights).toEqual((await life(make, 3)).weights)
  })
})
