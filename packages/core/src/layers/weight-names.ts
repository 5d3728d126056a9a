import type { Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

/**
 * All weights of a model under names that are the same in every build of it: `dense_2/kernel` is the
 * kernel of its second dense layer. tfjs' own names count the layers of the whole process.
 */
export function weightNames(model: LayersModel): Record<string, Variable> {
  const named: Record<string, Variable> = {}
  const perClass = new Map<string, number>()
  for (const layer of model.layers) {
    const kind = layer.getClassName().toLowerCase()
    const index = (perClass.get(kind) ?? 0) + 1
    perClass.set(kind, index)
    for (const weight of layer.weights) {
      const ending = weight.originalName.split('/').at(-1) ?? 'weight'
      let name = `${kind}_${index}/${ending}`
      for (let copy = 2; name in named; copy++) name = `${kind}_${index}/${ending}_${copy}`
      named[name] = weight.read() as Variable
    }
  }
  return named
}

/**
 * The same, each marked trainable or not as its layers are: a sequential model that is compiled marks
 * all of them trainable and keeps the frozen ones apart only in a list of its own.
 */
export function markedWeights(model: LayersModel): Record<string, Variable> {
  const named = weightNames(model)
  const trainable = new Set(model.trainableWeights.map((weight) => weight.read()))
  for (const variable of Object.values(named)) variable.trainable = trainable.has(variable)
  return named
}
