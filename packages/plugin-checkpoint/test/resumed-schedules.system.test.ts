import { definePlugin, type Every, Trainer, type TrainerOptions } from '@regimen/core'
import { accumulate } from '@regimen/plugin-accumulate'
import { earlyStopping } from '@regimen/plugin-early-stopping'
import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, it } from 'vitest'
import { checkpoint, memoryStore } from '../src/index.js'
import { curve, net, valuesOf } from './helpers/net.js'

beforeAll(() => tf.setBackend('cpu'))

const BATCHES = 12

interface Scenario {
  readonly name: string
  readonly options: TrainerOptions
  /** The schedule of numbered files and of a plugin that does something now and then. */
  readonly every: Every
  /** Batches per step. */
  readonly window?: number
  readonly patience?: number
  /** Whether the data are a function, whose size is known with its first loader. */
  readonly isMade?: boolean
}

const SCENARIOS: Scenario[] = [
  {
    name: 'steps, three batches each, early stopping on a constant',
    options: { maxEpochs: 2, validateEvery: { steps: 2 }, logEvery: { steps: 2 } },
    every: { steps: 2 },
    window: 3,
    patience: 2,
  },
  {
    name: 'steps that epochs do not divide, five batches each',
    options: { maxEpochs: 2, validateEvery: { steps: 1 }, logEvery: { epochs: 1 } },
    every: { steps: 3 },
    window: 5,
  },
  {
    name: 'shares of epochs, three batches to a step',
    options: { maxEpochs: 2, validateEvery: { epochs: 0.25 }, logEvery: { epochs: 0.2 } },
    every: { epochs: 1 / 3 },
    window: 3,
  },
  {
    name: 'shares of epochs that a function makes',
    options: { maxEpochs: 2, validateEvery: { epochs: 0.5 }, logEvery: { epochs: 0.3 } },
    every: { epochs: 0.5 },
    isMade: true,
    patience: 3,
  },
  {
    name: 'whole epochs, and a request that waits for minSteps',
    options: { maxEpochs: 9, minSteps: 20, validateEvery: { steps: 5 }, logEvery: { steps: 7 } },
    every: { epochs: 1 },
    patience: 1,
  },
]

interface Life {
  readonly store: ReturnType<typeof memoryStore>
  readonly resumeFrom?: 'last'
  /** The batch, or validation batch, of this life after which the signal comes. */
  readonly abort?: { readonly hook: 'batchEnd' | 'validationBatchEnd'; readonly after: number }
}

/** One life: what was due and decided, in order. */
async function live({ options, every, window = 1, patience, isMade }: Scenario, life: Life) {
  const module = net({ validationStep: () => ({ loss: 1 }) })
  const trace: string[] = []
  let batches = 0
  const tracer = definePlugin({
    name: 'tracer',
    apply({ hooks, schedule }) {
      const due = schedule(every, 'every')
      hooks.batchEnd.tap('tracer', ({ step, epoch, batch }) => {
        batches++
        if (!due.isDueAfterBatch()) return
        due.markDone()
        trace.push(`now and then ${epoch}.${batch}.${step}`)
      })
      hooks.validationEnd.tap('tracer', ({ outcome, epoch, batch, step }) => {
        if (outcome === 'completed') trace.push(`validation ${epoch}.${batch}.${step}`)
      })
      hooks.monitor.tap('tracer', ({ validation, epoch, counters: { step } }) => {
        trace.push(`monitor ${step} ${validation ? 'validation' : ''} ${epoch ? 'epoch' : ''}`)
      })
      hooks.record.tap('tracer', (record) => {
        if (record.kind !== 'metrics' || record.source !== 'train') return
        trace.push(`${record.interval} ${record.step} ${JSON.stringify(record.values)}`)
      })
    },
  })
  const plugins = [
    accumulate({ batches: window }),
    patience !== undefined && earlyStopping({ monitor: 'val_loss', mode: 'min', patience }),
    tracer,
    checkpoint({ store: life.store, topK: -1, every }),
  ]
  const trainer = new Trainer({ sanityBatches: 0, ...options, plugins })
  const controller = new AbortController()
  let left = life.abort?.after ?? Number.POSITIVE_INFINITY
  if (life.abort)
    trainer.hooks[life.abort.hook].tap('test', () => void (--left === 0 && controller.abort()))
  const train = () => curve(4 * BATCHES)
  const data = { train: isMade ? train : train(), validation: curve(8, { shuffle: false }) }
  const { signal } = controller
  const { resumeFrom } = life
  const { stop, history } = await trainer.fit(module, data, { signal, resumeFrom })
  const weights = valuesOf(module)
  module.dispose()
  await trainer.dispose()
  const stored = await life.store.list('version_0')
  const files = stored.map(({ name }) => name).filter((name) => name.includes('epoch='))
  return { trace, batches, end: { stop, history, weights, files: files.toSorted() } }
}

describe.each(SCENARIOS)('$name: a run that is interrupted', (scenario) => {
  let whole: ReturnType<typeof live> | undefined
  const uninterrupted = () => (whole ??= live(scenario, { store: memoryStore() }))

  /** Lives until the signal, then on from what was saved. */
  const interrupted = async (abort: NonNullable<Life['abort']>) => {
    const { trace, end } = await uninterrupted()
    const store = memoryStore()
    const first = await live(scenario, { store, abort })
    if (first.end.stop.kind !== 'signal') return
    const second = await live(scenario, { store, resumeFrom: 'last' })
    expect([...first.trace, ...second.trace]).toEqual(trace)
    expect(second.end).toEqual(end)
  }

  it('is compared with one in which something is due', async () => {
    const { trace, end, batches } = await uninterrupted()
    for (const kind of ['now and then', 'validation', 'step', 'epoch'])
      if (kind !== 'now and then' || !('epochs' in scenario.every && scenario.every.epochs >= 1))
        expect(
          trace.some((line) => line.startsWith(kind)),
          kind,
        ).toBe(true)
    expect(end.files.length).toBeGreaterThan(0)
    expect(batches).toBeGreaterThan(BATCHES)
  })

  it.each(Array.from({ length: 2 * BATCHES }, (_, index) => index + 1))(
    'in batch %i validates, logs, saves and stops as one that is not',
    async (after) => interrupted({ hook: 'batchEnd', after }),
  )

  it.each([1, 2, 3, 5])(
    'in validation batch %i validates, logs, saves and stops as one that is not',
    async (after) => interrupted({ hook: 'validationBatchEnd', after }),
  )
})
