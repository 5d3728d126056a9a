import { RegimenError, type Snapshot } from '@regimen/core'
import { io, type Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import manifest from '../../package.json' with { type: 'json' }
import { readWeights } from '../model/weights.js'

/** Facts that stand in a model's file: what JSON can hold. */
export type Metadata = Readonly<Record<string, unknown>>

/** What {@link modelArtifacts} is made of, besides the model. */
export interface ArtifactOptions {
  readonly snapshot?: Snapshot | undefined
  readonly metadata?: Metadata | undefined
  readonly optimizer?: boolean | undefined
}

/** A model as tfjs hands it to what saves it. @throws REG_CHECKPOINT_MISMATCH, REG_MODULE_INVALID */
export async function modelArtifacts(
  model: LayersModel,
  { snapshot, metadata, optimizer = false }: ArtifactOptions,
): Promise<io.ModelArtifacts> {
  if (optimizer) refuseOptimizer(model, snapshot)
  const saved = await captured(model, optimizer)
  const userDefinedMetadata = {
    ...saved.userDefinedMetadata,
    regimen: manifest.version,
    ...metadata,
  }
  const artifacts = {
    ...saved,
    convertedBy: null,
    userDefinedMetadata,
  } as io.ModelArtifacts
  if (!snapshot) return artifacts
  const values = await readWeights(model, snapshot)
  const ordered = model.weights.map((weight) => {
    const { data } = values.get(weight.read() as Variable) ?? {}
    const { buffer, byteOffset = 0, byteLength = 0 } = data ?? {}
    return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength)
  })
  return { ...artifacts, weightData: io.CompositeArrayBuffer.join(ordered) }
}

/** What tfjs saves of a model. */
async function captured(
  model: LayersModel,
  includeOptimizer: boolean,
): Promise<io.ModelArtifacts> {
  let found: io.ModelArtifacts = {}
  const handler = io.withSaveHandler(async (artifacts) => {
    found = artifacts
    return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } }
  })
  await model.save(handler, { includeOptimizer })
  return found
}

function refuseOptimizer(model: LayersModel, snapshot: Snapshot | undefined): void {
  // What layersModule compiles a model with, if it makes an optimizer for each run, cannot save anything.
  const { optimizer } = model
  const isSavable = typeof optimizer?.getWeights === 'function'
  if (isSavable && !snapshot) return
  const found = snapshot
    ? 'is to have the weights of a checkpoint, whose optimizer tfjs cannot read'
    : 'is not compiled with an optimizer of its own'
  const text = `The model "${model.name}" ${found}. Leave "optimizer" out, or compile the model and train it with that optimizer.`
  throw new RegimenError('REG_MODULE_INVALID', text, { data: { part: 'optimizer' } })
}
