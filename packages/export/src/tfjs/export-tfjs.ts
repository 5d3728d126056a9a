import type { Snapshot } from '@regimen/core'
import type { Files } from '../files/write-files.js'
import { layersModelOf, type ModelSource } from '../model/layers-model.js'
import { SHARD_BYTES } from './folder-handler.js'
import { type Metadata, modelArtifacts } from './model-artifacts.js'
import { modelFiles } from './model-files.js'

/** Options of {@link tfjsModel}. */
export interface TfjsOptions {
  /** Weights of a checkpoint, instead of those that the model has. */
  readonly snapshot?: Snapshot | undefined
  /** Facts for `userDefinedMetadata`, such as metrics; the version of Regimen is there anyway. */
  readonly metadata?: Metadata | undefined
  /**
   * Whether the state of the optimizer goes along: that of the snapshot, else that of the optimizer which the model
   * is compiled with. The loaded model is compiled, and `model.fit` continues. Default `false`.
   */
  readonly optimizer?: boolean | undefined
}

/**
 * The files of a model for `tf.loadLayersModel`: `model.json` and the weights, in parts of 4 MiB. The loaded model
 * predicts the same, to the bit.
 *
 * @throws REG_MODULE_INVALID, REG_CHECKPOINT_MISMATCH
 * @example
 * ```ts no-run
 * await writeFiles('exported', await tfjsModel(model))
 * ```
 */
export async function tfjsModel(
  source: ModelSource,
  options: TfjsOptions = {},
): Promise<Files> {
  const artifacts = await modelArtifacts(layersModelOf(source), { ...options, source })
  return modelFiles(artifacts, SHARD_BYTES)
}
