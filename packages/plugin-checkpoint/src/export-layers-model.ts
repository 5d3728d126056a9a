import type { Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'
import { checkSame, type WeightSource, weightsOf } from './load-weights.js'
import type { FileContent } from './store.js'

/**
 * Writes `model.json` and `weights.bin`, which `tf.loadLayersModel` reads, with the weights of a
 * checkpoint. The model itself keeps the weights that it has.
 *
 * @param source a path, what a store holds, or a snapshot of a `layersModule` of such a model
 * @param folder made where it is missing
 * @throws REG_CHECKPOINT_MISMATCH, REG_CHECKPOINT_MISSING, REG_CHECKPOINT_DAMAGED
 * @example
 * await exportLayersModel('runs/mnist/version_0/best.safetensors', model, 'public/model')
 */
export async function exportLayersModel(
  source: WeightSource,
  model: LayersModel,
  folder: string,
): Promise<void> {
  const saved = await weightsOf(source)
  const names = weightNames(model)
  const variables = [...names].map(([variable, name]) => [name, variable] as const)
  checkSame(saved, Object.fromEntries(variables))
  const order = model.weights.map((weight) => names.get(weight.read() as Variable) as string)
  const body = order.map((name) => saved[name]?.data.slice() as FileContent['body'][number])
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

/** The names that `layersModule` of `@regimen/core/layers` gives to a model's weights. */
function weightNames(model: LayersModel): Map<Variable, string> {
  const named = new Map<string, Variable>()
  const perClass = new Map<string, number>()
  for (const layer of model.layers) {
    const kind = layer.getClassName().toLowerCase()
    const index = (perClass.get(kind) ?? 0) + 1
    perClass.set(kind, index)
    for (const weight of layer.weights) {
      const ending = weight.originalName.split('/').at(-1) ?? 'weight'
      let name = `${kind}_${index}/${ending}`
      for (let copy = 2; named.has(name); copy++) name = `${kind}_${index}/${ending}_${copy}`
      named.set(name, weight.read() as Variable)
    }
  }
  return new Map([...named].map(([name, variable]) => [variable, name]))
}
