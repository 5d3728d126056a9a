import { describe, expect, it } from 'vitest'
import type { DataSources, Snapshot } from '../../src/index.js'
import { lab, onCpu } from '../helpers/lab.js'
import { endlessLine, type LineBatch, lineBatches, lineModule } from '../helpers/line.js'

onCpu()

interface Life {
  readonly maxEpochs: number
  readonly validation: DataSources<LineBatch>
  readonly sanityBatches?: number
  readonly resumeFrom?: Snapshot | undefined
  /** The validation batch, of all loaders and validations, after which the signal comes. */
  readonly abortAfter?: number
}

/** Fits with a metric per validation batch. @returns x of the step records by loader, and a snapshot */
async function live({ validation, resumeFrom, abortAfter, ...options }: Life) {
  const shape = lineModule()
  const module = lineModule({
    trainingStep: shape.trainingStep,
    validationStep: (_, { log }) => log('seen', 1, { onStep: true, onEpoch: true }),
    variables: () => ({ w: shape.w, b: shape.b }),
  })
  const { trainer, seen } = lab({ ...options, logEvery: { steps: 0 } })
  const controller = new AbortController()
  let [batches, saved]: [number, Snapshot | undefined] = [0, undefined]
  trainer.hooks.validationBatchEnd.tap('test', () => {
    if (++batches === abortAfter) controller.abort()
  })
  trainer.hooks.save.tapPromise('test', async ({ reason, snapshot }) => {
    if (reason === 'interrupted') saved = await snapshot()
  })
  const data = { train: lineBatches(2), validation }
  await trainer.fit(module, data, { signal: controller.signal, resumeFrom })
  saved ??= await trainer.snapshot()
  const steps: Record<string, number[]> = {}
  for (const record of seen.of('record')) {
    if (record.kind !== 'metrics' || record.interval !== 'step') continue
    for (const name of Object.keys(record.values)) {
      steps[name] ??= []
      steps[name].push(record.step)
    }
  }
  for (const each of [shape, module]) each.dispose()
  return {
    steps,
    saved: JSON.parse(JSON.stringify({ meta: saved.meta })).meta,
    tensors: saved.tensors,
  }
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)
const UNEVEN = {
  short: lineBatches(1, 1),
  middle: lineBatches(3, 1),
  long: endlessLine(5, 1),
}

describe('the step records of validations', () => {
  it('count the batches of each loader, over all validations', async () => {
    const validation = { a: lineBatches(4, 1), b: lineBatches(4, 1) }
    const { steps } = await live({ maxEpochs: 3, validation })
    expect(steps).toEqual({ 'seen_step/a': upTo(12), 'seen_step/b': upTo(12) })
  })

  it('count loaders of other sizes each for itself, the sanity check left out', async () => {
    const { steps } = await live({ maxEpochs: 3, validation: UNEVEN, sanityBatches: 2 })
    expect(steps).toEqual({
      'seen_step/short': upTo(3),
      'seen_step/middle': upTo(9),
      'seen_step/long': upTo(15),
    })
  })

  it('go on where the run was that is resumed', async () => {
    const first = await live({ maxEpochs: 1, validation: UNEVEN })
    const resumeFrom = { meta: first.saved, tensors: first.tensors }
    const second = await live({ maxEpochs: 3, validation: UNEVEN, resumeFrom })
    expect(second.steps).toEqual({
      'seen_step/short': [1, 2],
      'seen_step/middle': upTo(9).slice(3),
      'seen_step/long': upTo(15).slice(5),
    })
  })

  it.each(upTo(26).map((index) => index + 1))(
    'repeat a validation that the signal ended after batch %i of all, with the same indices',
    async (abortAfter) => {
      const first = await live({ maxEpochs: 3, validation: UNEVEN, abortAfter })
      const resumeFrom = { meta: first.saved, tensors: first.tensors }
      const second = await live({ maxEpochs: 3, validation: UNEVEN, resumeFrom })
      for (const [name, whole] of [
        ['seen_step/short', 3],
        ['seen_step/middle', 9],
        ['seen_step/long', 15],
      ] as const) {
        const both = [...(first.steps[name] ?? []), ...(second.steps[name] ?? [])]
        expect([...new Set(both)].toSorted((a, b) => a - b)).toEqual(upTo(whole))
        // The second life begins with the validation that the first did not complete.
        expect(second.steps[name]?.at(-1)).toBe(whole - 1)
        expect((second.steps[name]?.[0] ?? 0) % (whole / 3)).toBe(0)
      }
    },
  )

  it('begin anew with each fit, and with each test', async () => {
    const shape = lineModule()
    const step = (
      _: LineBatch,
      { log }: { log: (name: string, value: number, o: object) => void },
    ) => log('seen', 1, { onStep: true })
    const module = lineModule({
      trainingStep: shape.trainingStep,
      validationStep: step,
      testStep: step,
      variables: () => ({ w: shape.w, b: shape.b }),
    })
    const { trainer, seen } = lab({ logEvery: { steps: 0 } })
    const data = { train: lineBatches(1), validation: lineBatches(2) }
    for (const _ of [1, 2]) await trainer.fit(module, data)
    for (const _ of [1, 2]) await trainer.test(module, lineBatches(3))
    const steps = seen
      .of('record')
      .flatMap((one) => (one.kind === 'metrics' && one.interval === 'step' ? [one.step] : []))
    expect(steps).toEqual([0, 1, 0, 1, 0, 1, 2, 0, 1, 2])
    for (const each of [shape, module]) each.dispose()
  })
})
