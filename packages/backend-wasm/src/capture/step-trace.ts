import type { StepReport } from '@regimen/core'
import type { TensorInfo, Variable } from '@tensorflow/tfjs-core'
import type { Draw, Operation, Storage } from './recording.js'

/** Where a tensor from before the step comes from in each later step. */
export type Holder =
  | { readonly kind: 'batch'; readonly index: number }
  | { readonly kind: 'variable'; readonly variable: Variable }
  | { readonly kind: 'other'; readonly dataId: object }

/** A result of a step: the storage that holds it, its shape and its dtype. */
export interface Result {
  readonly storage: number
  readonly shape: number[]
  readonly dtype: TensorInfo['dtype']
}

/** A report of a step; the value of a number is kept, that of a tensor is a result. */
export interface ReportedResult {
  readonly report: StepReport
  readonly result: Result | undefined
}

/** All that a step computed and gave away. */
export interface StepTrace {
  readonly operations: readonly Operation[]
  readonly storages: readonly Storage[]
  readonly draws: readonly Draw[]
  /** The holder of each held storage, by its number. */
  readonly holders: ReadonlyMap<number, Holder>
  /** Gradients by name. */
  readonly gradients: ReadonlyMap<string, Result>
  readonly reports: readonly ReportedResult[]
  /** Variables that the step itself assigned, as batch normalization does. */
  readonly assigned: ReadonlyMap<Variable, Result>
}
