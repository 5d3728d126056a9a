import type { Variable } from '@tensorflow/tfjs-core'
import type { LayersModel } from '@tensorflow/tfjs-layers'

type Layer = LayersModel['layers'][number]

/**
 * All weights of a model under names that are the same in every build of it: `head/kernel` if you named
 * the layer `head`, `dense_2/kernel` for the second dense layer that you did not name. The names of tfjs
 * count the layers of the whole process. A nested model's name comes before those of its layers:
 * `encoder/dense_1/kernel`. A shared weight has the first of its names.
 */
export function weightNames(model: LayersModel): Record<string, Variable> {
  const names = new Map<Variable, string>()
  addNames(model, '', names)
  return Object.fromEntries(Array.from(names, ([variable, name]) => [name, variable]))
}

function addNames(model: LayersModel, path: string, names: Map<Variable, string>): void {
  for (const [name, layer] of namedLayers(model)) {
    if (isModel(layer)) {
      addNames(layer, `${path}${name}/`, names)
      continue
    }
    const taken = new Set<string>()
    for (const weight of layer.weights) {
      const variable = weight.read() as Variable
      const plain = `${path}${name}/${weight.originalName.split('/').at(-1) ?? 'weight'}`
      let whole = plain
      for (let copy = 2; taken.has(whole); copy++) whole = `${plain}_${copy}`
      taken.add(whole)
      if (!names.has(variable)) names.set(variable, whole)
    }
  }
}

/** The layers of a model, each under the user's name for it, else under its kind and number. */
function namedLayers({ layers }: LayersModel): [name: string, layer: Layer][] {
  const userNames = new Set(
    layers.filter((layer) => !isNamedByTfjs(layer)).map(({ name }) => name),
  )
  const perKind = new Map<string, number>()
  return layers.map((layer) => {
    if (userNames.has(layer.name)) return [layer.name, layer]
    const kind = layer.getClassName().toLowerCase()
    let number = perKind.get(kind) ?? 0
    do number++
    while (userNames.has(`${kind}_${number}`))
    perKind.set(kind, number)
    return [`${kind}_${number}`, layer]
  })
}

/** Whether tfjs named a layer: `dense_Dense3`, a model `model2` or `sequential_1`. */
function isNamedByTfjs(layer: Layer): boolean {
  if (isModel(layer)) return /^(model|sequential|functional)_?\d+$/.test(layer.name)
  const kind = layer.getClassName()
  const number = layer.name.slice(layer.name.lastIndexOf(`_${kind}`) + kind.length + 1)
  return layer.name.includes(`_${kind}`) && /^\d+$/.test(number)
}

const isModel = (layer: Layer): layer is LayersModel => 'layers' in layer

/**
 * The same, each marked trainable or not as its layer is: a compiled sequential model marks all weights
 * trainable, and knows the frozen ones only from a separate list.
 */
export function markedWeights(model: LayersModel): Record<string, Variable> {
  const named = weightNames(model)
  const trainable = new Set(model.trainableWeights.map((weight) => weight.read()))
  for (const variable of Object.values(named))
    variable.trainable = trainable.has(variable)
  return named
}
