import type { Snapshot } from '@regimen/core'
import { io, type Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import manifest from '../../package.json' with { type: 'json' }
import { readWeights } from '../model/weights.js'
import { optimizerState, refuse } from './optimizer-state.js'

/** Facts that stand in a model's file: what JSON can hold. */
export type Metadata = Readonly<Record<string, unknown>>

/** What {@link modelArtifacts} is made of, besides the model. */
export interface ArtifactOptions {
  readonly snapshot?: Snapshot | undefined
  readonly metadata?: Metadata | undefined
  readonly optimizer?: boolean | undefined
  /** What the model is of, if that is a module: it makes the optimizer of a snapshot. */
  readonly source?: unknown
}

/** A model as tfjs hands it to what saves it. @throws REG_CHECKPOINT_MISMATCH, REG_MODULE_INVALID */
export async function modelArtifacts(
  model: LayersModel,
  { snapshot, metadata, optimizer = false, source = model }: ArtifactOptions,
): Promise<io.ModelArtifacts> {
  const isCompiled = optimizer && !snapshot
  if (isCompiled) refuseUncompiled(model)
  const saved = await captured(model, isCompiled)
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
  if (!optimizer)
    return { ...artifacts, weightData: io.CompositeArrayBuffer.join(ordered) }
  const { trainingConfig, specs, data } = optimizerState(source, model, snapshot)
  return {
    ...artifacts,
    trainingConfig,
    weightSpecs: [...(artifacts.weightSpecs ?? []), ...specs],
    weightData: io.CompositeArrayBuffer.join([...ordered, ...data]),
  }
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

/** tfjs saves the optimizer of a compiled model, unless it is what `layersModule` compiles with or Adamax. */
function refuseUncompiled(model: LayersModel): void {
  const { optimizer } = model
  if (typeof optimizer?.getWeights !== 'function')
    refuse(model, 'is not compiled with an optimizer of its own')
  if (optimizer.getClassName() === 'Adamax')
    refuse(model, 'is trained with Adamax, whose state tfjs cannot save')
}
