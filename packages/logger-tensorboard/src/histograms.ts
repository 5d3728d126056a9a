import type { PluginContext, RunInfo } from '@regimen/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { binsOf } from './bins.js'
import type { HistogramOptions } from './options.js'
import { isDue } from './schedule.js'
import type { Bins } from './summary.js'

/**
 * Logs distributions of gradients and weights when they are due. Makes no tensor.
 * Cost: waits for the device and goes over every value, in the steps that are due only.
 */
export function logHistograms(context: PluginContext, options: HistogramOptions): void {
  const { every, weights = true, gradients = true, bins = 30 } = options
  const { id, hooks, record, report } = context
  let run: RunInfo | undefined
  let lastAt = 0
  let isStepDue = false
  let hasFailed = false
  const found = new Map<string, Bins>()

  const collect = async (kind: string, tensors: Readonly<Record<string, Tensor>>) => {
    for (const [name, tensor] of Object.entries(tensors)) {
      const values = binsOf(await tensor.data<'float32'>(), bins)
      if (values) found.set(`${kind}/${name}`, values)
    }
  }
  /** A distribution that cannot be read must not end the run. */
  const safely = async (work: () => Promise<void>) => {
    try {
      await work()
    } catch (thrown) {
      if (!hasFailed) report.warn(`Distributions could not be logged: ${String(thrown)}`)
      hasFailed = true
    }
  }

  hooks.setup.tap(id, ({ stage, run: opened }) => {
    run = stage === 'fit' ? opened : undefined
    lastAt = performance.now()
    isStepDue = hasFailed = false
    found.clear()
  })

  hooks.gradients.tapPromise(id, async (tensors, { step, batch, epoch, isLastBatch }) => {
    if (tensors === null) return undefined
    const now = performance.now()
    const moment = { step: step + 1, batch: batch + 1, epoch: epoch + 1, isLastBatch, now }
    if (!isDue(every, { ...moment, epochSize: run?.trainBatches }, lastAt)) return undefined
    lastAt = now
    isStepDue = true
    if (gradients) await safely(() => collect('gradients', tensors))
    return undefined
  })

  hooks.batchEnd.tapPromise(id, async ({ outcome }) => {
    if (!isStepDue) return
    isStepDue = false
    if (outcome !== 'failed') {
      if (weights) await safely(() => collect('weights', run?.variables ?? {}))
      for (const [name, values] of found) await record({ kind: 'histogram', name, ...values })
    }
    found.clear()
  })
}
