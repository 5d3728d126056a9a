import { add, mul, sign } from '@tensorflow/tfjs-core'
import { nonNegative, share } from '../hyperparameter.js'
import type { Rule, Update } from '../rule.js'
import { decayed, scalarAt, slotAt } from './arithmetic.js'

export type LionName = 'learningRate' | 'beta1' | 'beta2' | 'weightDecay'

/** Lion: algorithm 2 of Chen et al. 2023, "Symbolic Discovery of Optimization Algorithms". */
export const lionRule: Rule<LionName> = {
  owner: 'lion',
  hyperparameters: {
    learningRate: nonNegative(1e-4),
    beta1: share(0.9),
    beta2: share(0.99),
    weightDecay: nonNegative(0),
  },
  updateFor: () => lionUpdate,
}

const lionUpdate: Update<LionName> = {
  rule: 'lion',
  slots: [{ name: 'm', initial: 0 }],
  scalars: ({ learningRate, beta1, beta2, weightDecay }) => [
    weightDecay,
    beta1,
    1 - beta1,
    beta2,
    1 - beta2,
    -learningRate,
  ],
  apply(value, slots, gradient, scalars) {
    const mix = (kept: number, rest: number) =>
      add(
        mul(slotAt(slots, 0), scalarAt(scalars, kept)),
        mul(gradient, scalarAt(scalars, rest)),
      )
    const way = decayed(sign(mix(1, 2)), value, scalarAt(scalars, 0))
    return [add(value, mul(way, scalarAt(scalars, 5))), mix(3, 4)]
  },
}
