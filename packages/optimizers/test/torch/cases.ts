import type { Optimizer } from '@tensorflow/tfjs-core'
import { adagrad, adam, adamW, lamb, lion, rmsprop, sgd } from '../../src/index.js'

/** An optimizer, and the steps in which the head has no gradient. */
export interface Case {
  readonly make: () => Optimizer
  readonly isFrozen?: (step: number) => boolean
}

const forAWhile = (step: number) => step < 5 || (step >= 40 && step < 60)

/** The cases of `tables.py`, by the same names. */
export const cases: Readonly<Record<string, Case>> = {
  sgd: { make: () => sgd({ learningRate: 0.05 }) },
  'sgd, decay': { make: () => sgd({ learningRate: 0.05, weightDecay: 0.1 }) },
  'sgd, momentum': { make: () => sgd({ learningRate: 0.01, momentum: 0.9 }) },
  'sgd, dampening': {
    make: () => sgd({ learningRate: 0.02, momentum: 0.8, dampening: 0.3, weightDecay: 0.01 }),
  },
  'sgd, nesterov': {
    make: () => sgd({ learningRate: 0.01, momentum: 0.9, nesterov: true, weightDecay: 0.05 }),
  },
  adam: { make: () => adam({ learningRate: 0.01 }) },
  'adam, decay': {
    make: () =>
      adam({
        learningRate: 0.01,
        beta1: 0.8,
        beta2: 0.99,
        epsilon: 1e-6,
        weightDecay: 0.1,
      }),
  },
  'adam, amsgrad': { make: () => adam({ learningRate: 0.02, amsgrad: true }) },
  adamW: { make: () => adamW({ learningRate: 0.01 }) },
  'adamW, amsgrad': {
    make: () => adamW({ learningRate: 0.01, weightDecay: 0.2, amsgrad: true }),
  },
  rmsprop: { make: () => rmsprop() },
  'rmsprop, momentum': {
    make: () => rmsprop({ learningRate: 0.002, momentum: 0.9, weightDecay: 0.1 }),
  },
  'rmsprop, centered': { make: () => rmsprop({ alpha: 0.9, centered: true }) },
  'rmsprop, centered, momentum': {
    make: () =>
      rmsprop({
        learningRate: 0.002,
        alpha: 0.95,
        epsilon: 1e-5,
        momentum: 0.5,
        centered: true,
      }),
  },
  adagrad: { make: () => adagrad({ learningRate: 0.05 }) },
  'adagrad, all': {
    make: () =>
      adagrad({
        learningRate: 0.05,
        learningRateDecay: 0.02,
        weightDecay: 0.1,
        initialAccumulator: 0.1,
        epsilon: 1e-8,
      }),
  },
  'adamW, groups': {
    make: () =>
      adamW({
        learningRate: 0.01,
        weightDecay: 0.1,
        groups: [
          { match: '*bias', weightDecay: 0 },
          { match: /^head/, learningRate: 0.003, beta1: 0.7, beta2: 0.9 },
        ],
      }),
  },
  'adam, a head that is frozen for a while': {
    make: () => adam({ learningRate: 0.01 }),
    isFrozen: forAWhile,
  },
  'sgd, a head that is frozen for a while': {
    make: () => sgd({ learningRate: 0.01, momentum: 0.9, dampening: 0.5 }),
    isFrozen: forAWhile,
  },
  'adam, a schedule': {
    make: () => adam({ learningRate: (step) => 0.01 * (1 - step / 200) }),
  },
  lion: { make: () => lion({ learningRate: 0.001, weightDecay: 0.1 }) },
  lamb: { make: () => lamb({ learningRate: 0.01 }) },
  'lamb, decay': {
    make: () =>
      lamb({
        learningRate: 0.005,
        weightDecay: 0.1,
        beta1: 0.8,
        beta2: 0.99,
        epsilon: 1e-5,
      }),
  },
}
