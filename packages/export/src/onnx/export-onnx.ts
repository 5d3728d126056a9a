import { RegimenError, type Snapshot } from '@regimen/core'
import manifest from '../../package.json' with { type: 'json' }
import { layersModelOf, type ModelSource } from '../model/layers-model.js'
import { readWeights } from '../model/weights.js'
import { convertModel } from './convert-model.js'
import { modelFile } from './model-file.js'

/** Options of {@link onnxModel}. */
export interface OnnxOptions {
  /** Weights of a checkpoint, instead of those that the model has. */
  readonly snapshot?: Snapshot
  /** Facts to be kept in the file, such as metrics. */
  readonly metadata?: Readonly<Record<string, string | number | boolean>>
}

/** What a message of Protocol Buffers may have at most. */
const MOST_BYTES = 2 ** 31 - 1

/**
 * The bytes of a `model.onnx` (opset 17), which takes the inputs of a model, in tfjs' order of axes and under
 * its names, and computes what the model predicts. The batch may have any size.
 *
 * @throws REG_MODULE_INVALID, REG_CHECKPOINT_MISMATCH, and REG_EXPORT_LAYER naming a layer that cannot be
 *   converted and those that can
 * @example
 * ```ts no-run
 * await writeFile('model.onnx', await onnxModel(model))
 * ```
 */
export async function onnxModel(
  source: ModelSource,
  { snapshot, metadata = {} }: OnnxOptions = {},
): Promise<Uint8Array> {
  const model = layersModelOf(source)
  const weights = await readWeights(model, snapshot)
  const graph = convertModel(model, weights)
  const size = [...graph.constants.values()].reduce(
    (sum, { data }) => sum + data.byteLength,
    0,
  )
  if (size > MOST_BYTES) {
    const text = `The weights have ${size} bytes; an ONNX file holds ${MOST_BYTES} at most.`
    throw new RegimenError('REG_EXPORT_WRITE', text, { data: { found: size } })
  }
  const texts = Object.entries(metadata).map(([name, value]) => [name, String(value)])
  return modelFile(graph, {
    name: model.name,
    version: manifest.version,
    metadata: Object.fromEntries(texts),
  })
}
