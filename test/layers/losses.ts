import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import * as tf from '@tensorflow/tfjs-core'
import * as tfl from '@tensorflow/tfjs-layers'
import { expect } from 'vitest'
import oracle from './oracle.json' with { type: 'json' }
import type { Outcomes } from './outcomes.js'

type Loss = (target: tf.Tensor, prediction: tf.Tensor) => tf.Tensor
interface Row {
  readonly target: tf.TensorLike
  readonly prediction: tf.TensorLike
  readonly value: number
  readonly gradient?: number[][]
}

const TOLERANCE = 1e-4

/** Compares the losses that `compile` takes by name, and those of `tf.losses`, with the oracle. */
export function tryLosses(backend: string, outcomes: Outcomes): void {
  expect(Object.keys(oracle.layers).sort()).toEqual(namesIn('losses').sort())
  expect(Object.keys(oracle.core).sort()).toEqual(Object.keys(tf.losses).sort())
  for (const [name, row] of Object.entries<Row>(oracle.layers)) {
    expectEqual(name, compiledLoss(name), row)
    outcomes.add('losses', name, 'by name', backend, { isRight: true })
  }
  const core = tf.losses as unknown as Record<string, Loss>
  for (const [name, row] of Object.entries<Row>(oracle.core)) {
    expectEqual(`tf.losses.${name}`, coreLoss(name, core[name] as Loss), row)
    outcomes.add('losses', `tf.losses.${name}`, '', backend, { isRight: true })
  }
}

/** Compares the metrics that `compile` takes by name, and those of `tf.metrics`, with the oracle. */
export function tryMetrics(backend: string, outcomes: Outcomes): void {
  const functions = tfl.metrics as unknown as Record<string, Loss>
  const rows = oracle.metrics as Readonly<Record<string, Row>>
  for (const name of new Set([...Object.keys(functions), ...namesIn('metrics')])) {
    const row = rows[ALIASES[name] ?? name]
    expect(row, `the metric ${name} has no row in the oracle`).toBeDefined()
    if (row === undefined) continue
    const named = namesIn('metrics').includes(name)
    if (name in functions) expectEqual(`tf.metrics.${name}`, functions[name] as Loss, row)
    if (named) expectEqual(name, compiledMetric(name), row)
    const as = [named && 'by name', name in functions && `tf.metrics.${name}`].filter(Boolean)
    outcomes.add('metrics', name, as.join(', '), backend, { isRight: true })
  }
}

const ALIASES: Readonly<Record<string, string>> = {
  MAPE: 'meanAbsolutePercentageError',
  mape: 'meanAbsolutePercentageError',
  MSE: 'meanSquaredError',
  mse: 'meanSquaredError',
  MAE: 'meanAbsoluteError',
  mae: 'meanAbsoluteError',
  cosine: 'cosineProximity',
}

function expectEqual(name: string, loss: Loss, row: Row): void {
  tf.tidy(() => {
    const target = tf.tensor(row.target)
    const prediction = tf.tensor(row.prediction, undefined, 'float32')
    const value = (p: tf.Tensor) => tf.mean(tf.cast(loss(target, p), 'float32')) as tf.Scalar
    const found = value(prediction).dataSync()[0] as number
    expect(Math.abs(found - row.value), `${name} is ${found}`).toBeLessThan(
      TOLERANCE * Math.max(1, Math.abs(row.value)),
    )
    if (row.gradient === undefined) return
    const gradient = tf.grad(value)(prediction).dataSync()
    row.gradient.flat().forEach((slope, i) => {
      const off = Math.abs((gradient[i] as number) - slope)
      expect(off, `${name}: gradient ${gradient}`).toBeLessThan(
        TOLERANCE * Math.max(1, Math.abs(slope)),
      )
    })
  })
}

/** The function that `compile` finds under a name. */
function compiledLoss(loss: string): Loss {
  const model = compiled({ loss })
  return (model as unknown as { lossFunctions: Loss[] }).lossFunctions[0] as Loss
}

function compiledMetric(name: string): Loss {
  const model = compiled({ loss: 'meanSquaredError', metrics: [name] })
  return (model as unknown as { metricsTensors: [Loss, number][] }).metricsTensors[0]?.[0] as Loss
}

function compiled(options: { loss: string; metrics?: string[] }): tfl.LayersModel {
  const input = tfl.input({ shape: [2] })
  const output = tfl.layers.dense({ units: 3 }).apply(input) as tfl.SymbolicTensor
  const model = tfl.model({ inputs: input, outputs: output })
  model.compile({ optimizer: tf.train.sgd(0.1), ...options })
  return model
}

/** `tf.losses` as a function of target and prediction. */
function coreLoss(name: string, loss: Loss): Loss {
  const core = tf.losses
  if (name === 'cosineDistance') return (y, p) => core.cosineDistance(y, p, 1)
  if (name === 'computeWeightedLoss') {
    return (y, p) => core.computeWeightedLoss(tf.mul(y, p), tf.ones([1]))
  }
  return loss
}

/** tfjs-layers exports no list of the names that it knows; its source has it. */
function namesIn(file: 'losses' | 'metrics'): string[] {
  const { resolve } = createRequire(import.meta.url)
  const folder = dirname(resolve('@tensorflow/tfjs-layers/package.json'))
  const source = readFileSync(join(folder, 'dist', `${file}.js`), 'utf8')
  const [, list = ''] = /export const (?:losses|metrics)Map = \{([^}]*)\}/.exec(source) ?? []
  return list.split(',').map((name) => name.trim())
}
