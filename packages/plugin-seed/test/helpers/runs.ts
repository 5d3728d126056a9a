import { type FitData, type Snapshot, Trainer, type TrainerOptions } from '@regimen/core'
import type { Batch } from '@regimen/data'
import { seed } from '../../src/index.js'
import { type NoisyNet, noisyNet, shuffledData } from './noisy-net.js'

/** What a fit did, as numbers. */
export interface Trace {
  readonly weights: number[][]
  readonly masks: number[][]
  readonly batches: number[][]
  readonly evaluated: number[]
  readonly history: unknown
  readonly metrics: unknown
  /** Taken where the run was interrupted, by way of JSON text. */
  readonly snapshot: Snapshot | undefined
}

/** How a traced fit differs from three epochs of four shuffled batches with validations. */
export interface TraceOptions extends TrainerOptions {
  /** `null` is without the plugin. */
  readonly seed: number | null
  readonly data?: () => FitData<Batch>
  readonly makeNet?: () => NoisyNet
  readonly resumeFrom?: Snapshot | undefined
  /** Interrupts after so many batches of this run. */
  readonly interruptAfter?: number
  /** Which batches are counted for that. Default: those of training. */
  readonly interruptOn?: 'batchEnd' | 'validationBatchEnd'
  readonly edit?: (trainer: Trainer) => void
}

/** Fits once with a trainer of its own; leaves no tensor behind. */
export async function traced(options: TraceOptions): Promise<Trace> {
  const { seed: given, data = shuffledData, makeNet = noisyNet, edit, ...rest } = options
  const {
    resumeFrom,
    interruptAfter = Number.POSITIVE_INFINITY,
    interruptOn = 'batchEnd',
    ...own
  } = rest
  const plugins = given === null ? [] : [seed(given)]
  const trainer = new Trainer({ maxEpochs: 3, ...own, plugins: [plugins, own.plugins] })
  const controller = new AbortController()
  let batches = 0
  let snapshot: Snapshot | undefined
  trainer.hooks[interruptOn].tap('interrupt', () => {
    if (++batches === interruptAfter) controller.abort()
  })
  trainer.hooks.save.tapPromise('keep', async (save) => {
    if (save.reason === 'interrupted') snapshot = throughText(await save.snapshot())
  })
  edit?.(trainer)
  let net: NoisyNet | undefined
  const module = () => {
    net = makeNet()
    return net
  }
  try {
    const { signal } = controller
    const { history, metrics } = await trainer.fit(module, data, { signal, resumeFrom })
    const { masks, batches, evaluated } = net as NoisyNet
    const weights = (net as NoisyNet).weights()
    return { weights, masks, batches, evaluated, history, metrics, snapshot }
  } finally {
    net?.dispose()
    await trainer.dispose()
  }
}

/** The part of a trace that must not depend on validations. */
export function training({ weights, masks, batches }: Trace) {
  return { weights, masks, batches }
}

function throughText({ meta, tensors }: Snapshot): Snapshot {
  return { meta: JSON.parse(JSON.stringify(meta)), tensors: structuredClone(tensors) }
}
