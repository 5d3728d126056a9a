import { add, mul } from '@tensorflow/tfjs-core'
import { fraction, nonNegative, share } from '../hyperparameter.js'
import type { Rule, Update } from '../rule.js'
import { decayed, scalarAt, slotAt } from './arithmetic.js'

export type SgdName = 'learningRate' | 'momentum' | 'dampening' | 'weightDecay'

/** SGD of PyTorch: without a slot where the momentum of a step is 0. */
export function sgdRule(isNesterov: boolean): Rule<SgdName> {
  const withMomentum = momentumUpdate(isNesterov)
  return {
    owner: 'sgd',
    hyperparameters: {
      learningRate: nonNegative(1e-3),
      momentum: share(0),
      dampening: fraction(0),
      weightDecay: nonNegative(0),
    },
    updateFor: ({ momentum }) => (momentum === 0 ? plain : withMomentum),
  }
}

const plain: Update<SgdName> = {
  rule: 'sgd',
  slots: [],
  scalars: ({ weightDecay, learningRate }) => [weightDecay, -learningRate],
  apply(value, _, gradient, scalars) {
    const full = decayed(gradient, value, scalarAt(scalars, 0))
    return [add(value, mul(full, scalarAt(scalars, 1)))]
  },
}

/** The buffer of the first step is the gradient itself, without dampening. */
function momentumUpdate(isNesterov: boolean): Update<SgdName> {
  return {
    rule: 'momentum',
    slots: [{ name: 'momentum', initial: 0 }],
    scalars({ weightDecay, momentum, dampening, learningRate }, { isFirst }) {
      const ofGradient = isFirst ? 1 : 1 - dampening
      return [weightDecay, momentum, ofGradient, isNesterov ? 1 : 0, -learningRate]
    },
    apply(value, slots, gradient, scalars) {
      const momentum = scalarAt(scalars, 1)
      const full = decayed(gradient, value, scalarAt(scalars, 0))
      const before = mul(slotAt(slots, 0), momentum)
      const buffer = add(before, mul(full, scalarAt(scalars, 2)))
      const way = isNesterov ? add(full, mul(buffer, momentum)) : buffer
      return [add(value, mul(way, scalarAt(scalars, 4))), buffer]
    },
  }
}
