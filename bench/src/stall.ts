import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { definePlugin, Trainer } from '@regimen/core'
import { checkpoint } from '@regimen/plugin-checkpoint'
import * as tf from '@tensorflow/tfjs-core'
import type { Comparison, Effort } from './compare.js'
import { median, quantile } from './statistics.js'

const TENSORS = 10
const PARAMETERS = 5_000_000

/**
 * How long a save holds up the loop, beside one download of every tensor: the longest gap between
 * two `batchEnd`s around a save minus the median gap. A pair for each save; the ratio is of medians.
 */
export async function compareStall(effort: Effort): Promise<Comparison> {
  const saves = effort.pairs
  const frozen = Array.from({ length: TENSORS }, () =>
    tf.tidy(() => tf.variable(tf.randomNormal([PARAMETERS / TENSORS]), false)),
  )
  const w = tf.tidy(() => tf.variable(tf.scalar(0)))
  const downloads = Array.from({ length: saves }, () => {
    const start = performance.now()
    for (const tensor of frozen) tensor.dataSync()
    return performance.now() - start
  })
  const stalls = await stallsOf([...frozen, w], w, effort)
  for (const tensor of [...frozen, w]) tensor.dispose()
  const pairs = stalls.map((stall, index) => [downloads[index] as number, stall] as const)
  const micros = pairs.map(([download, stall]) => [download * 1000, stall * 1000] as const)
  const [baselineMicros, candidateMicros] = [median(downloads) * 1000, median(stalls) * 1000]
  const differences = micros.map(([download, stall]) => stall - download)
  return {
    baseline: 'dataSync of 5 million parameters',
    candidate: 'stall of the loop by a checkpoint of them',
    effort,
    baselineMicros,
    candidateMicros,
    difference: median(differences),
    spread: [quantile(differences, 0.25), quantile(differences, 0.75)],
    ratio: candidateMicros / baselineMicros,
    pairs: micros,
  }
}

/** Milliseconds by which each save is longer than the median batch. */
async function stallsOf(variables: readonly tf.Variable[], w: tf.Variable, effort: Effort) {
  const { pairs: saves, steps: between } = effort
  const dir = mkdtempSync(join(tmpdir(), 'regimen-bench-'))
  const gaps: number[] = []
  const saver = definePlugin({
    name: 'saver',
    apply({ id, hooks, requestSave }) {
      let last = Number.NaN
      hooks.batchEnd.tap(id, ({ step }) => {
        const now = performance.now()
        gaps.push(now - last)
        last = now
        if (step % between === 0) requestSave()
      })
    },
  })
  const batch = tf.scalar(1)
  const module = {
    trainingStep: (x: tf.Tensor) => tf.square(tf.sub(x, w)) as tf.Scalar,
    variables: () => variables,
    configureOptimizers: () => tf.train.sgd(0.01),
  }
  const plugins = [saver, checkpoint({ dir, topK: 0 })]
  const trainer = new Trainer({ maxSteps: between * (saves + 1), plugins })
  const train = Array.from({ length: between * (saves + 1) }, () => batch)
  try {
    await trainer.fit(module, { train })
  } finally {
    await trainer.dispose()
    batch.dispose()
    rmSync(dir, { recursive: true, force: true })
  }
  const usual = median(gaps.slice(1))
  return Array.from({ length: saves }, (_, save) => {
    const from = (save + 1) * between - 1
    return Math.max(...gaps.slice(from, from + 10)) - usual
  })
}
