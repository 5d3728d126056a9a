import { quote, RegimenError } from '@regimen/core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/** A `tf.LayersModel`, or what has one as `model`: a module that `layersModule` made. */
export type ModelSource = LayersModel | { readonly model: LayersModel }

const ADVICE =
  'Only a tf.LayersModel has a structure that can be exported. The weights of other modules are in the ' +
  'checkpoint, which is a safetensors file, under the names of variables(): module/<name>'

/**
 * The model of what was passed.
 *
 * @throws REG_MODULE_INVALID if there is none
 */
export function layersModelOf(source: unknown): LayersModel {
  const { model } = (source ?? {}) as { readonly model?: unknown }
  // A sequential model has an inner `model`, and is asked first.
  if (isLayersModel(source)) return built(source)
  if (isLayersModel(model)) return built(model)
  const isModule =
    typeof (source as { variables?: unknown } | null)?.variables === 'function'
  const found = isModule
    ? 'a module without a tf.LayersModel as its "model"'
    : quote(source)
  const text = `What is to be exported is ${found}; expected a tf.LayersModel, or a module with one. ${ADVICE}.`
  throw new RegimenError('REG_MODULE_INVALID', text, { data: { found: source } })
}

/** Whether something is a `tf.LayersModel`, of whatever copy of tfjs. */
export function isLayersModel(value: unknown): value is LayersModel {
  const { layers, getWeights, inputs, outputs } = (value ?? {}) as Partial<LayersModel>
  return (
    Array.isArray(layers) &&
    typeof getWeights === 'function' &&
    Array.isArray(inputs) &&
    Array.isArray(outputs)
  )
}

/** A sequential model knows its inputs and outputs by name only once it is built. */
function built(model: LayersModel): LayersModel {
  if (model.inputs.length === 0) {
    const text = `The model ${quote(model.name)} has no input yet: give its first layer an inputShape, or let it predict once.`
    throw new RegimenError('REG_MODULE_INVALID', text, { data: { found: model.name } })
  }
  if (!model.built) model.build(model.inputs.map(({ shape }) => shape))
  return model
}
