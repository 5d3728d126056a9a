import { quote, RegimenError } from '@regimen/core'
import type { LayersModel, SymbolicTensor } from '@tensorflow/tfjs-layers'
import { allLayers, type HeldLayer } from '../model/held-layer.js'
import type { WeightValues } from '../model/weights.js'
import { Graph } from './graph/graph.js'
import type {
  ConstantTensor,
  ElementType,
  GraphNode,
  GraphPort,
} from './graph/tensor-type.js'
import { Value } from './graph/value.js'
import { LayerCall } from './layer-call.js'
import { exportableLayers, layerTable } from './layers/table.js'
import { refuseMasks } from './masks.js'
import { cannotConvert } from './refusal.js'

/** A model as ONNX describes one. */
export interface OnnxGraph {
  readonly nodes: readonly GraphNode[]
  readonly constants: ReadonlyMap<string, ConstantTensor>
  readonly inputs: readonly GraphPort[]
  readonly outputs: readonly GraphPort[]
}

/**
 * Converts a model. The first axis of each input and output, that of the batch, may have any size.
 *
 * @throws REG_EXPORT_LAYER naming a layer that cannot be converted
 */
export function convertModel(model: LayersModel, weights: WeightValues): OnnxGraph {
  refuseUnknown(model)
  refuseMasks(model)
  const graph = new Graph()
  const outputNames = uniqueNames(model.outputNames, model.inputNames)
  for (const name of [...model.inputNames, ...outputNames]) graph.claim(name)
  const inputs = model.inputs.map((symbol, at) => {
    const name = model.inputNames[at] as string
    return new Value(name, symbol.shape, elementTypeOf(symbol))
  })
  const convert = (layer: HeldLayer, fed: readonly Value[]): readonly Value[] => {
    if (isModel(layer)) return graph.within(layer.name, () => walk(layer, fed, convert))
    const call = new LayerCall({ layer, inputs: fed, graph, weights, convert })
    const toNodes = layerTable[layer.getClassName()] as (typeof layerTable)[string]
    return graph.within(layer.name, () => toNodes(call))
  }
  const results = walk(model, inputs, convert)
  const renamed = new Map<string, string>()
  const outputs = results.map((value, at): GraphPort => {
    const name = outputNames[at] as string
    const made = graph.plain(value)
    // What is an input too, or an output already, cannot have another name.
    const isFree = graph.nodes.some(({ outputs: all }) => all.includes(made))
    if (isFree && !renamed.has(made)) renamed.set(made, name)
    else renamed.set(graph.node('Identity', [made]), name)
    return port(name, value)
  })
  const named = (name: string) => renamed.get(name) ?? name
  const nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(named),
    outputs: node.outputs.map(named),
  }))
  const ports = inputs.map((value, at) => port(model.inputNames[at] as string, value))
  return { nodes, constants: graph.constants, inputs: ports, outputs }
}

type Convert = (layer: HeldLayer, inputs: readonly Value[]) => readonly Value[]

/** Follows a model from its outputs back to its inputs, and converts each call of a layer once. */
function walk(model: LayersModel, inputs: readonly Value[], convert: Convert): Value[] {
  const known = new Map<number, Value>()
  for (const [at, symbol] of model.inputs.entries())
    known.set(symbol.id, inputs[at] as Value)
  const resolved = (symbol: SymbolicTensor): Value => {
    const found = known.get(symbol.id)
    if (found) return found
    const { sourceLayer, nodeIndex } = symbol
    const call = sourceLayer.inboundNodes[nodeIndex as number]
    const { inputTensors = [], outputTensors = [] } = call ?? {}
    const results = convert(sourceLayer, inputTensors.map(resolved))
    for (const [at, output] of outputTensors.entries())
      known.set(output.id, results[at] as Value)
    return known.get(symbol.id) as Value
  }
  return model.outputs.map(resolved)
}

const isModel = (layer: HeldLayer): layer is HeldLayer & LayersModel =>
  'inputNames' in layer

/** @throws REG_EXPORT_LAYER for a layer that is not in the table, or extends one that is */
function refuseUnknown(model: LayersModel): void {
  for (const layer of allLayers(model)) {
    if (isModel(layer)) continue
    const kind = layer.getClassName()
    const known = exportableLayers.join(', ')
    if (!Object.hasOwn(layerTable, kind))
      throw cannotConvert(layer, `there is no conversion of ${kind}; there are ${known}`)
    if (!Object.hasOwn(layer.constructor, 'className'))
      throw cannotConvert(
        layer,
        `its class extends ${kind} and may compute something else; there are ${known}`,
      )
  }
}

function elementTypeOf(symbol: SymbolicTensor): ElementType {
  const { dtype, name } = symbol
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype
  const text = `The input ${quote(name)} has the dtype ${quote(dtype)}; ONNX takes float32, int32 or bool.`
  throw new RegimenError('REG_EXPORT_LAYER', text, {
    data: { layer: name, kind: 'InputLayer', reason: `dtype ${dtype}` },
  })
}

function port(name: string, { shape, type }: Value): GraphPort {
  const sizes = shape.map((size, axis) =>
    axis === 0 ? 'batch' : (size ?? `${name}_${axis}`),
  )
  return { name, type, shape: sizes }
}

/** Names of which each is there once: two outputs may be of one layer, and an output may be an input. */
function uniqueNames(names: readonly string[], taken: readonly string[]): string[] {
  const used = new Set(taken)
  return names.map((wanted) => {
    let name = wanted
    for (let copy = 1; used.has(name); copy++) name = `${wanted}_${copy}`
    used.add(name)
    return name
  })
}
