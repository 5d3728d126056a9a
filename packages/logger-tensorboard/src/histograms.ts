import type { PluginContext, RunInfo } from '@regimen/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { binsOf } from './bins.js'
import type { HistogramOptions } from './options.js'
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
  const schedule = context.schedule(every, 'histograms.every')
  let run: RunInfo | undefined
  let isStepDue: boolean | undefined
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
    isStepDue = undefined
    hasFailed = false
    found.clear()
  })

  hooks.gradients.tapPromise(id, (tensors, { isLastBatch }) => {
    if (tensors === null) return NOTHING
    // Decided once in a batch, for all of its optimizers.
    isStepDue ??=
      schedule.isDueAfterBatch() || (isLastBatch && schedule.isDueAfterEpoch())
    return isStepDue && gradients ? safely(() => collect('gradients', tensors)) : NOTHING
  })

  const recordAll = async () => {
    if (weights) await safely(() => collect('weights', run?.variables ?? {}))
    for (const [name, values] of found)
      await record({ kind: 'histogram', name, ...values })
    found.clear()
  }
  hooks.batchEnd.tapPromise(id, ({ outcome }) => {
    const isWanted = isStepDue && outcome === 'completed'
    isStepDue = undefined
    if (isWanted) {
      schedule.markDone()
      return recordAll()
    }
    found.clear()
    return NOTHING
  })
}
