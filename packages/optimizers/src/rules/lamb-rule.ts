import {
  add,
  div,
  equal,
  logicalOr,
  mul,
  onesLike,
  sqrt,
  square,
  sum,
  type Tensor,
  where,
} from '@tensorflow/tfjs-core'
import { nonNegative, share } from '../hyperparameter.js'
import type { Rule, Update } from '../rule.js'
import { firstMoment, scalarAt, secondMoment, slotAt } from './arithmetic.js'

export type LambName = 'learningRate' | 'beta1' | 'beta2' | 'epsilon' | 'weightDecay'

/** LAMB: algorithm 2 of You et al. 2020, "Large Batch Optimization for Deep Learning". */
export const lambRule: Rule<LambName> = {
  owner: 'lamb',
  hyperparameters: {
    learningRate: nonNegative(1e-3),
    beta1: share(0.9),
    beta2: share(0.999),
    epsilon: nonNegative(1e-6),
    weightDecay: nonNegative(0),
  },
  updateFor: () => lambUpdate,
}

const lambUpdate: Update<LambName> = {
  rule: 'lamb',
  slots: [
    { name: 'm', initial: 0 },
    { name: 'v', initial: 0 },
  ],
  scalars({ learningRate, beta1, beta2, epsilon, weightDecay }, { steps }) {
    const bias = 1 - beta1 ** steps
    const root = Math.sqrt(1 - beta2 ** steps)
    return [1 - beta1, beta2, 1 - beta2, bias, root, epsilon, weightDecay, -learningRate]
  },
  apply(value, slots, gradient, scalars) {
    const first = firstMoment(slotAt(slots, 0), gradient, scalarAt(scalars, 0))
    const [kept, rest] = [scalarAt(scalars, 1), scalarAt(scalars, 2)]
    const second = secondMoment(slotAt(slots, 1), gradient, kept, rest)
    const width = add(div(sqrt(second), scalarAt(scalars, 4)), scalarAt(scalars, 5))
    const adapted = div(div(first, scalarAt(scalars, 3)), width)
    const way = add(adapted, mul(value, scalarAt(scalars, 6)))
    const step = mul(mul(way, trustRatio(value, way)), scalarAt(scalars, 7))
    return [add(value, step), first, second]
  },
}

/** `|value| / |way|`, and 1 where one of them is 0. */
function trustRatio(value: Tensor, way: Tensor): Tensor {
  const [ofValue, ofWay] = [norm(value), norm(way)]
  const ratio = div(ofValue, ofWay)
  const isOne = logicalOr(equal(ofValue, 0), equal(ofWay, 0))
  return where(isOne, onesLike(ratio), ratio)
}

function norm(x: Tensor): Tensor {
  return sqrt(sum(square(x)))
}
