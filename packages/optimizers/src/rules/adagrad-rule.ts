import { add, mul, sqrt } from '@tensorflow/tfjs-core'
import { nonNegative } from '../hyperparameter.js'
import type { Rule, Update } from '../rule.js'
import { decayed, moved, scalarAt, slotAt } from './arithmetic.js'

export type AdagradName = 'learningRate' | 'learningRateDecay' | 'epsilon' | 'weightDecay'

/** Adagrad of PyTorch. */
export function adagradRule(initialAccumulator: number): Rule<AdagradName> {
  const update = adagradUpdate(initialAccumulator)
  return {
    owner: 'adagrad',
    hyperparameters: {
      learningRate: nonNegative(0.01),
      learningRateDecay: nonNegative(0),
      epsilon: nonNegative(1e-10),
      weightDecay: nonNegative(0),
    },
    updateFor: () => update,
  }
}

function adagradUpdate(initial: number): Update<AdagradName> {
  return {
    rule: 'adagrad',
    slots: [{ name: 'accumulator', initial }],
    scalars({ weightDecay, epsilon, learningRate, learningRateDecay }, { steps }) {
      const rate = learningRate / (1 + (steps - 1) * learningRateDecay)
      return [weightDecay, epsilon, -rate]
    },
    apply(value, slots, gradient, scalars) {
      const full = decayed(gradient, value, scalarAt(scalars, 0))
      const sum = add(slotAt(slots, 0), mul(full, full))
      const width = add(sqrt(sum), scalarAt(scalars, 1))
      return [moved(value, full, width, scalarAt(scalars, 2)), sum]
    },
  }
}
