import type { Tensor } from '@tensorflow/tfjs-core'
import type { Hyperparameter } from './hyperparameter.js'

/** Values of hyperparameters in one step. */
export type Values<Name extends string = string> = Readonly<Record<Name, number>>

/** What a rule keeps for each element of a variable. */
export interface SlotKind {
  /** The name that its tensors have in saved weights: `m` in `dense/kernel/m`. */
  readonly name: string
  /** What it is filled with before the first step. */
  readonly initial: number
}

/** How far a variable has come. */
export interface Progress {
  /** Steps of this variable, this one included: 1 in its first. */
  readonly steps: number
  /** Whether the variable had no slots before this step. */
  readonly isFirst: boolean
}

/** How one step changes a variable. */
export interface Update<Name extends string = string> {
  /** The name of the rule for the kernel `RegimenOptimizerStep`. */
  readonly rule: string
  readonly slots: readonly SlotKind[]
  /** What the step goes by, in the order that the kernel and {@link apply} expect. */
  scalars(values: Values<Name>, progress: Progress): readonly number[]
  /**
   * The step by operations of tfjs, for any engine.
   *
   * @returns the next value and the next slots, of new memory
   */
  apply(
    value: Tensor,
    slots: readonly Tensor[],
    gradient: Tensor,
    scalars: readonly number[],
  ): readonly Tensor[]
}

/** The arithmetic of an optimizer. */
export interface Rule<Name extends string = string> {
  /** The name of the factory, for errors. */
  readonly owner: string
  /** Hyperparameters, with defaults and ranges. */
  readonly hyperparameters: Readonly<Record<Name, Hyperparameter>>
  /** The update that values of a step ask for: one without momentum keeps no buffer. */
  updateFor(values: Values<Name>): Update<Name>
}
