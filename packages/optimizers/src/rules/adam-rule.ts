import { add, div, maximum, mul, sqrt, type Tensor } from '@tensorflow/tfjs-core'
import { nonNegative, share } from '../hyperparameter.js'
import type { Rule, SlotKind, Update } from '../rule.js'
import {
  decayed,
  firstMoment,
  moved,
  scalarAt,
  secondMoment,
  slotAt,
} from './arithmetic.js'

export type AdamName = 'learningRate' | 'beta1' | 'beta2' | 'epsilon' | 'weightDecay'

/** How weights decay: as an L2 penalty in the gradient, or by themselves. */
export type Decay = 'coupled' | 'decoupled'

/** Adam and AdamW of PyTorch. */
export function adamRule(
  owner: string,
  decay: Decay,
  isAmsgrad: boolean,
): Rule<AdamName> {
  const update = adamUpdate(decay, isAmsgrad)
  return {
    owner,
    hyperparameters: {
      learningRate: nonNegative(1e-3),
      beta1: share(0.9),
      beta2: share(0.999),
      epsilon: nonNegative(1e-8),
      weightDecay: nonNegative(decay === 'coupled' ? 0 : 0.01),
    },
    updateFor: () => update,
  }
}

const moments: readonly SlotKind[] = [
  { name: 'm', initial: 0 },
  { name: 'v', initial: 0 },
]

function adamUpdate(decay: Decay, isAmsgrad: boolean): Update<AdamName> {
  return {
    rule: isAmsgrad ? 'amsGrad' : 'adam',
    slots: isAmsgrad ? [...moments, { name: 'vhat', initial: 0 }] : moments,
    scalars({ learningRate, beta1, beta2, epsilon, weightDecay }, { steps }) {
      const penalty = decay === 'coupled' ? weightDecay : 0
      const kept = decay === 'coupled' ? 1 : 1 - learningRate * weightDecay
      const rate = -learningRate / (1 - beta1 ** steps)
      const root = Math.sqrt(1 - beta2 ** steps)
      return [penalty, kept, 1 - beta1, beta2, 1 - beta2, root, epsilon, rate]
    },
    apply(value, slots, gradient, scalars) {
      const full = decayed(gradient, value, scalarAt(scalars, 0))
      const first = firstMoment(slotAt(slots, 0), full, scalarAt(scalars, 2))
      const [kept, ofSquare] = [scalarAt(scalars, 3), scalarAt(scalars, 4)]
      const second = secondMoment(slotAt(slots, 1), full, kept, ofSquare)
      if (!isAmsgrad) return [nextValue(value, first, second, scalars), first, second]
      const largest = maximum(slotAt(slots, 2), second)
      return [nextValue(value, first, largest, scalars), first, second, largest]
    },
  }
}

function nextValue(
  value: Tensor,
  first: Tensor,
  second: Tensor,
  scalars: readonly number[],
): Tensor {
  const root = div(sqrt(second), scalarAt(scalars, 5))
  const kept = mul(value, scalarAt(scalars, 1))
  return moved(kept, first, add(root, scalarAt(scalars, 6)), scalarAt(scalars, 7))
}
