import type { StepInput, StepReport, StepRunner } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { Choices } from './random-choices.js'
import { RandomGraph } from './random-graph.js'

/** What runs a step: as it is, or recorded and replayed. */
export type Runner = (step: StepInput, next: StepRunner) => ReturnType<StepRunner>

/** Bytes of all that a run reported, step by step, and of the variables that it left. */
export interface GraphRun {
  readonly reports: readonly (readonly Uint8Array[])[]
  readonly variables: readonly Uint8Array[]
}

/** Trains a random graph for some steps of gradient descent. Everything is disposed of. */
export function trainGraph(seed: number, steps: number, runner: Runner): GraphRun {
  const { random } = Math
  const graph = new RandomGraph(seed)
  const optimizer = tf.train.sgd(0.05)
  const reports: Uint8Array[][] = []
  try {
    seedDraws(seed)
    const first = graph.batch(0)
    tf.tidy(() => void graph.loss(first, () => {}))
    tf.dispose(Object.values(first))
    for (let step = 0; step < steps; step++) {
      seedDraws(seed + step + 1)
      reports.push(trainStep(graph, optimizer, step, runner))
    }
    return { reports, variables: graph.variables.map(bytesOf) }
  } finally {
    Math.random = random
    optimizer.dispose()
    graph.dispose()
  }
}

/** Lets `Math.random` give the numbers of a seed. */
function seedDraws(seed: number): void {
  const draws = new Choices(seed)
  Math.random = () => draws.number()
}

function trainStep(
  graph: RandomGraph,
  optimizer: tf.Optimizer,
  step: number,
  runner: Runner,
): Uint8Array[] {
  const data = graph.batch(step)
  const found: Uint8Array[] = []
  const reports: StepInput['reports'] = {
    follower: undefined,
    report(report: StepReport) {
      reports.follower?.(report)
      found.push(bytesOf(report.value as tf.Tensor))
    },
  }
  const loss = (): tf.Scalar => {
    let count = 0
    const log = (value: tf.Tensor) =>
      reports.report({ kind: 'logged', name: `${count++}`, value, options: undefined })
    const value = graph.loss(data, log)
    reports.report({ kind: 'loss', value })
    return value
  }
  const trainable = graph.variables.filter((variable) => variable.trainable)
  const input: StepInput = { data, optimizer: 'main', variables: trainable, reports, loss }
  const next: StepRunner = () => tf.tidy(() => tf.variableGrads(loss, trainable).grads)
  const gradients = runner(input, next)
  found.push(...Object.values(gradients).map(bytesOf))
  optimizer.applyGradients(gradients)
  tf.dispose([gradients, Object.values(data)] as tf.TensorContainer)
  return found
}

function bytesOf(tensor: tf.Tensor): Uint8Array {
  const { memoryOffset } = heap().dataIdMap.get(tensor.dataId)
  const bytes = tensor.size * (tensor.dtype === 'bool' ? 1 : 4)
  return heap().wasm.HEAPU8.slice(memoryOffset, memoryOffset + bytes)
}

interface Heap {
  readonly dataIdMap: { get(dataId: object): { readonly memoryOffset: number } }
  readonly wasm: { readonly HEAPU8: Uint8Array }
}

const heap = () => tf.backend() as unknown as Heap
