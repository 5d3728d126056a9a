import '@tensorflow/tfjs-backend-cpu'
import { useWasm } from '@regimen/backend-wasm'
import { installGradients } from '@regimen/core'
import { type UntrainableLayer, untrainableLayers } from '@regimen/core/layers'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Built, build, type LayerCase } from './case.js'
import { layerCases } from './layer-cases.js'
import { tryLosses, tryMetrics } from './losses.js'
import { tryOptimizers } from './optimizers.js'
import { Outcomes } from './outcomes.js'
import { backends, page } from './page.js'
import { wrongSlopes } from './slopes.js'

const outcomes = new Outcomes()
const outputs = new Map<LayerCase, Float32Array>()

beforeAll(async () => {
  await useWasm()
  installGradients()
})
beforeEach(() => void vi.spyOn(console, 'warn').mockReturnValue())
afterAll(() => tf.setBackend('cpu'))

describe.each(backends)('on %s', (backend) => {
  beforeAll(async () => void (await tf.setBackend(backend)))

  it.each(layerCases.map((one) => [`${one.layer} ${one.as}`.trim(), one] as const))(
    '%s trains right, or is refused',
    (_, one) => {
      const failure = attempt(one)
      const [obstacle] = refusals(one, backend)
      const { why, instead } = obstacle ?? { why: one.never, instead: one.instead }
      const isRight = why === undefined
      const told = isRight || obstacle ? undefined : refusedByTfjs(one)
      outcomes.add('layers', one.layer, one.as, backend, {
        isRight,
        ...(why !== undefined && { why }),
        ...(instead !== undefined && { instead }),
        ...(told !== undefined && { told }),
      })
      if (isRight) expect(failure).toBeUndefined()
      else expect(failure, 'is refused, but trains right').toBeDefined()
      expect(isRight || obstacle || told, 'is wrong, and nobody says so').toBeTruthy()
    },
  )

  it('losses, metrics and optimizers equal those of PyTorch', () => {
    tryLosses(backend, outcomes)
    tryMetrics(backend, outcomes)
    tryOptimizers(backend, outcomes)
  })
})

it('the page is fresh', async () => {
  await expect(page(outcomes)).toMatchFileSnapshot('../../docs/layers.md')
})

it('no layer of tfjs is forgotten', () => {
  const tried = new Set(layerCases.map(({ layer }) => layer))
  const aliases = /^(avgPool|avgPooling|globalMaxPool|maxPool)\dd$/
  const noLayers = ['Layer', 'RNN', 'RNNCell', 'input', 'inputLayer']
  const forgotten = Object.keys(tfl.layers).filter(
    (name) => !tried.has(name) && !aliases.test(name) && !noLayers.includes(name),
  )
  expect(forgotten).toEqual([])
})

it('no class of layer that tfjs registers is forgotten', () => {
  const containers = ['InputLayer', 'Model', 'Functional', 'Sequential']
  const known = new Set([...containers, ...layerCases.flatMap(classesOf)])
  const registered = Object.entries(tf.serialization.SerializationMap.getMap().classNameMap)
  const layers = registered.filter(([, [kind]]) => kind.prototype instanceof tfl.layers.Layer)
  expect(layers.length).toBeGreaterThan(50)
  expect(layers.map(([name]) => name).filter((name) => !known.has(name))).toEqual([])
})

/** What is wrong with a case on the current backend, or `undefined`. */
function attempt(one: LayerCase): string | undefined {
  tf.engine().startScope()
  try {
    const built = build(one)
    try {
      return (
        otherShape(one, built) ??
        wrongSlopes(built) ??
        otherOutput(one, built.forward().dataSync() as Float32Array)
      )
    } finally {
      built.dispose()
    }
  } catch (error) {
    return (error as Error).message
  } finally {
    tf.engine().endScope()
    tf.disposeVariables()
  }
}

/** When tfjs itself refuses a layer that `layersModule` cannot know to be wrong, or `undefined`. */
function refusedByTfjs(one: LayerCase): string | undefined {
  tf.engine().startScope()
  let isMade = false
  try {
    one.make()
    isMade = true
    build(one).forward()
    return undefined
  } catch {
    return isMade ? 'The first batch ends with an error of tfjs' : 'Making it is an error of tfjs'
  } finally {
    tf.engine().endScope()
    tf.disposeVariables()
  }
}

function otherShape({ output }: LayerCase, { model }: Built): string | undefined {
  const found = String((model.outputShape as number[]).slice(1))
  return output && found !== String(output) ? `the output has the shape ${found}` : undefined
}

/** The two backends compute by different code: what both say is right. */
function otherOutput(one: LayerCase, output: Float32Array): string | undefined {
  const expected = outputs.get(one)
  outputs.set(one, output.slice())
  const differs = expected?.some((value, i) => !(Math.abs(value - (output[i] as number)) < 1e-4))
  return differs || (expected && expected.length !== output.length)
    ? 'the output is not that of the cpu backend'
    : undefined
}

/** What `layersModule` would say of the layer behind one that is trained. */
function refusals(one: LayerCase, backend: string): readonly UntrainableLayer[] {
  try {
    const input = tfl.input({ batchShape: [3, ...(one.inputs[0] as number[])] })
    const isData = one.values !== undefined
    const rest = one.inputs.slice(1).map((shape) => tfl.input({ batchShape: [3, ...shape] }))
    const first = isData
      ? input
      : tfl.layers.dense({ units: one.inputs[0]?.at(-1) ?? 1 }).apply(input)
    const before = one.before?.().apply(first as tfl.SymbolicTensor) ?? first
    const fed = rest.length === 0 ? before : [before, ...rest]
    const result = one.make().apply(fed as tfl.SymbolicTensor) as tfl.SymbolicTensor
    const model = tfl.model({ inputs: [input, ...rest], outputs: result })
    const found = untrainableLayers(model, backend)
    model.dispose()
    return found
  } catch {
    return []
  }
}

function classesOf({ make }: LayerCase): string[] {
  try {
    return within(make())
  } catch {
    return []
  }
}

function within(layer: tfl.layers.Layer): string[] {
  const holder = layer as tfl.layers.Layer & Record<string, tfl.layers.Layer | undefined>
  const inner = [holder.layer, holder.forwardLayer, holder.cell].filter((one) => one !== undefined)
  return [layer.getClassName(), ...inner.flatMap(within)]
}
