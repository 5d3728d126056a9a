import type { Snapshot } from '@regimen/core'
import type { ModelSource } from '../model/layers-model.js'

/** What a model card tells. Whatever is missing is left out of the card. */
export interface CardFacts {
  /** Title of the card. Default: the model's name. */
  readonly name?: string | undefined
  readonly model: ModelSource
  /** The checkpoint: where the training stood, its metrics and its data. */
  readonly snapshot?: Snapshot | undefined
  /** The last checkpoint of the run that the snapshot is of: the metrics of the epochs after it are in the card too. */
  readonly run?: Snapshot | undefined
  /** Options of the trainer, hyperparameters and so on; nested objects are spelt out. */
  readonly configuration?: Readonly<Record<string, unknown>> | undefined
  /** Plugins by id, with their options where these are known. */
  readonly plugins?: readonly CardPlugin[] | undefined
  /** Where the model comes from: checkpoint, run, commit, versions. */
  readonly lineage?: Readonly<Record<string, string | undefined>> | undefined
  /** What else there is on the training data, such as sizes, a hash or a name. */
  readonly data?: Readonly<Record<string, string | number | undefined>> | undefined
  /** Formats of the model beside the card. */
  readonly formats?: readonly string[] | undefined
}

/** A plugin of the run. */
export interface CardPlugin {
  readonly id: string
  readonly options?: unknown
}
