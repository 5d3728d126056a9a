/** How the values of an epoch are reduced to one. `mean` is weighted by batch size. */
export type Reduction = 'mean' | 'sum' | 'min' | 'max'

/** How a logged value is kept and shown. */
export interface LogOptions {
  /** Report the value of each step. Default: true in training, else false. */
  readonly onStep?: boolean
  /** Report one value per epoch. Default: false in training steps, else true. */
  readonly onEpoch?: boolean
  /** Show it next to a progress bar. Default false. */
  readonly progress?: boolean
  /** How the values of an epoch are reduced. Default `mean`. */
  readonly reduce?: Reduction
  /** Weight in an epoch's mean. Default: the samples of the batch. */
  readonly batchSize?: number
}
