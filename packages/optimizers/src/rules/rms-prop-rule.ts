import { add, div, mul, sqrt, square, sub, type Tensor } from '@tensorflow/tfjs-core'
import { nonNegative, share } from '../hyperparameter.js'
import type { Rule, Update } from '../rule.js'
import {
  decayed,
  firstMoment,
  moved,
  scalarAt,
  secondMoment,
  slotAt,
} from './arithmetic.js'

export type RmsPropName =
  | 'learningRate'
  | 'alpha'
  | 'epsilon'
  | 'momentum'
  | 'weightDecay'

/** RMSprop of PyTorch: without a buffer where the momentum of a step is 0. */
export function rmsPropRule(isCentered: boolean): Rule<RmsPropName> {
  const plain = rmsPropUpdate(isCentered, false)
  const withMomentum = rmsPropUpdate(isCentered, true)
  return {
    owner: 'rmsprop',
    hyperparameters: {
      learningRate: nonNegative(0.01),
      alpha: share(0.99),
      epsilon: nonNegative(1e-8),
      momentum: share(0),
      weightDecay: nonNegative(0),
    },
    updateFor: ({ momentum }) => (momentum === 0 ? plain : withMomentum),
  }
}

function rmsPropUpdate(isCentered: boolean, hasMomentum: boolean): Update<RmsPropName> {
  const names = [
    'rms',
    ...(isCentered ? ['mg'] : []),
    ...(hasMomentum ? ['momentum'] : []),
  ]
  const suffix = (isCentered ? 'Centered' : '') + (hasMomentum ? 'Momentum' : '')
  return {
    rule: `rmsProp${suffix}`,
    slots: names.map((name) => ({ name, initial: 0 })),
    scalars: ({ weightDecay, alpha, epsilon, momentum, learningRate }) => [
      weightDecay,
      alpha,
      1 - alpha,
      epsilon,
      momentum,
      -learningRate,
    ],
    apply(value, slots, gradient, scalars) {
      const [alpha, rest] = [scalarAt(scalars, 1), scalarAt(scalars, 2)]
      const full = decayed(gradient, value, scalarAt(scalars, 0))
      const rms = secondMoment(slotAt(slots, 0), full, alpha, rest)
      const means = isCentered ? [firstMoment(slotAt(slots, 1), full, rest)] : []
      const width = add(sqrt(varianceOf(rms, means)), scalarAt(scalars, 3))
      const rate = scalarAt(scalars, 5)
      if (!hasMomentum) return [moved(value, full, width, rate), rms, ...means]
      const before = mul(slotAt(slots, slots.length - 1), scalarAt(scalars, 4))
      const buffer = add(before, div(full, width))
      return [add(value, mul(buffer, rate)), rms, ...means, buffer]
    },
  }
}

function varianceOf(rms: Tensor, [mean]: readonly Tensor[]): Tensor {
  return mean === undefined ? rms : sub(rms, square(mean))
}
