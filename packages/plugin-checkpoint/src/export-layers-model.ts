import { invalidOption, quote, RegimenError } from '@regimen/core'
import { weightNames } from '@regimen/core/layers'
import type { Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { checkSame, isLayersModel, type WeightSource, weightsOf } from './load-weights.js'
import type { FileContent } from './store.js'

/**
 * Writes `model.json` and `weights.bin`, which `tf.loadLayersModel` reads, with the weights of a
 * checkpoint. The model itself keeps the weights that it has.
 *
 * @param source a path, what a store holds, or a snapshot of a `layersModule` of such a model
 * @param folder made if it is missing
 * @throws REG_CHECKPOINT_MISMATCH, REG_CHECKPOINT_MISSING, REG_CHECKPOINT_DAMAGED,
 *   REG_MODULE_INVALID, REG_OPTION_INVALID
 * @example
 * ```ts no-run
 * await exportLayersModel('runs/mnist/version_0/best.safetensors', model, 'public/model')
 * ```
 */
export async function exportLayersModel(
  source: WeightSource,
  model: LayersModel,
  folder: string,
): Promise<void> {
  if (!isLayersModel(model)) {
    const text = `exportLayersModel was given ${quote(model)}; give a tf.LayersModel.`
    throw new RegimenError('REG_MODULE_INVALID', text, { data: { found: model } })
  }
  if (typeof folder !== 'string' || folder === '') {
    invalidOption('exportLayersModel', 'folder', folder, 'a path')
  }
  const saved = await weightsOf(source)
  const named = weightNames(model)
  checkSame(source, saved, named)
  const names = new Map(Object.entries(named).map(([name, variable]) => [variable, name]))
  const order = model.weights.map(
    (weight) => names.get(weight.read() as Variable) as string,
  )
  const body = order.map(
    (name) => saved[name]?.data.slice() as FileContent['body'][number],
  )
  const weights = model.weights.map(({ originalName: name, shape }, index) => ({
    name,
    shape,
    dtype: saved[order[index] as string]?.dtype,
  }))
  const json = {
    format: 'layers-model',
    generatedBy: 'regimen',
    convertedBy: null,
    modelTopology: model.toJSON(null, false),
    weightsManifest: [{ paths: ['weights.bin'], weights }],
  }
  const { writeFolder } = await import('#file-system')
  await writeFolder(folder, {
    'weights.bin': { head: new Uint8Array(), body },
    'model.json': { head: new TextEncoder().encode(JSON.stringify(json)), body: [] },
  })
}
