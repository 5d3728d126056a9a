import type { PluginContext, RunInfo } from '@regimen/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { binsOf } from './bins.js'
import type { HistogramOptions } from './options.js'
import { isDue } from './schedule.js'
import type { Bins } from './summary.js'

/** One promise for the many steps in which nothing is due. */
const NOTHING = Promise.resolve(undefined)

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
  const safely = async (work: () => Promise<void>): Promise<undefined> => {
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

  hooks.gradients.tapPromise(id, (tensors, { step, batch, epoch, isLastBatch }) => {
    if (tensors === null) return NOTHING
    const now = performance.now()
    const moment = { step: step + 1, batch: batch + 1, epoch: epoch + 1, isLastBatch, now }
    if (!isDue(every, { ...moment, epochSize: run?.trainBatches }, lastAt)) return NOTHING
    lastAt = now
    isStepDue = true
    return gradients ? safely(() => collect('gradients', tensors)) : NOTHING
  })

  const recordAll = async () => {
    if (weights) await safely(() => collect('weights', run?.variables ?? {}))
    for (const [name, values] of found) await record({ kind: 'histogram', name, ...values })
    found.clear()
  }
  hooks.batchEnd.tapPromise(id, ({ outcome }) => {
    if (!isStepDue) return NOTHING
    isStepDue = false
    if (outcome !== 'failed') return recordAll()
    found.clear()
    return NOTHING
  })
}
