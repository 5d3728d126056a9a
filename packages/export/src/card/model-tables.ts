import type { LayersModel } from '@tensorflow/tfjs-layers'
import { table } from './markdown.js'

/** What a model is made of: inputs, outputs, layers, and how many parameters it has. */
export function modelTables(model: LayersModel): string {
  const ports = [
    ...model.inputs.map(({ shape, dtype }, at) => [
      ...['input', model.inputNames[at], shapeText(shape), dtype],
    ]),
    ...model.outputs.map(({ shape, dtype }, at) => [
      ...['output', model.outputNames[at], shapeText(shape), dtype],
    ]),
  ]
  const layers = model.layers.map((layer) => [
    ...[layer.name, layer.getClassName(), shapeText(layer.outputShape as Shape)],
    layer.countParams(),
  ])
  const trainable = sizeOf(model.trainableWeights)
  const fixed = sizeOf(model.nonTrainableWeights)
  const total = `${trainable + fixed} parameters: ${trainable} trainable, ${fixed} not.`
  const heads = ['layer', 'kind', 'output', 'parameters']
  return [table(['', 'name', 'shape', 'type'], ports), table(heads, layers), total].join(
    '\n\n',
  )
}

type Shape = readonly (number | null)[] | readonly (readonly (number | null)[])[]

function shapeText(shape: Shape): string {
  const isList = Array.isArray(shape[0])
  const shapes = (isList ? shape : [shape]) as readonly (readonly (number | null)[])[]
  return shapes.map((one) => `[${one.map((size) => size ?? '?').join(', ')}]`).join(', ')
}

function sizeOf(weights: LayersModel['weights']): number {
  const sizes = weights.map(({ shape }) =>
    shape.reduce<number>((product, size) => product * (size ?? 1), 1),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}
