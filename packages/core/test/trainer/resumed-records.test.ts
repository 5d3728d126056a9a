import { describe, expect, it } from 'vitest'
import { type Every, type HookName, type Snapshot, Trainer } from '../../src/index.js'
import { onCpu } from '../helpers/lab.js'
import { lineBatches, lineModule } from '../helpers/line.js'
import { throughText } from '../helpers/lives.js'

onCpu()

interface Interruption {
  readonly hook: HookName
  readonly call: number
  readonly act: 'throw' | 'snapshot'
}

/** A run whose step records are collected; in one call of a hook it fails, or a snapshot is taken. */
async function recorded(logEvery: Every, at?: Interruption, resumeFrom?: Snapshot) {
  const line = lineModule()
  const module: typeof line = {
    ...line,
    trainingStep(batch, context) {
      if (context.batch % 2 === 1) context.log('odd', context.batch)
      return line.trainingStep(batch, context)
    },
  }
  const trainer = new Trainer({ maxEpochs: 2, logEvery })
  const steps: [step: number, values: object][] = []
  let saved: Snapshot | undefined
  const save = async () => {
    saved = throughText(await trainer.snapshot())
  }
  trainer.hooks.record.tap('test', (record) => {
    if (record.kind === 'metrics' && record.interval === 'step')
      steps.push([record.step, { ...record.values }])
  })
  let calls = 0
  const tapped = at && (trainer.hooks[at.hook] as typeof trainer.hooks.batchEnd)
  tapped?.tapPromise('test', async () => {
    if (++calls !== at?.call) return
    if (at.act === 'throw') throw new Error('the power is gone')
    await save()
  })
  if (at?.act === 'throw') trainer.hooks.error.tapPromise('test', save)
  const fit = trainer.fit(module, { train: lineBatches(5) }, resumeFrom && { resumeFrom })
  await fit.catch((error: Error) => {
    expect(error.message).toMatch('the power is gone')
  })
  line.dispose()
  return { steps, saved }
}

describe.each([[{ steps: 1 }], [{ steps: 2 }], [{ steps: 3 }], [{ epochs: 1 }]] as [Every][])(
  'with a record every %j',
  (logEvery) => {
    it.each([
      ['batchEnd', 'throw'],
      ['record', 'throw'],
    ] as const)(
      'a run that failed in %s has no step twice, and none is lost',
      async (hook, act) => {
        const whole = await recorded(logEvery)
        for (let call = 1; call <= 10; call++) {
          const failed = await recorded(logEvery, { hook, call, act })
          if (!failed.saved) {
            expect(failed.steps, `call ${call}`).toEqual(whole.steps)
            continue
          }
          const resumed = await recorded(logEvery, undefined, failed.saved)
          const steps = new Map([...failed.steps, ...resumed.steps])
          expect([...steps], `call ${call}`).toEqual(whole.steps)
          if (hook === 'batchEnd')
            expect(failed.steps.length + resumed.steps.length).toBe(steps.size)
        }
      },
    )

    it('a run that is resumed from batchEnd records the steps that follow, with that batch', async () => {
      const whole = await recorded(logEvery)
      for (let call = 1; call <= 10; call++) {
        const at = { hook: 'batchEnd', call, act: 'snapshot' } as const
        const { saved } = await recorded(logEvery, at)
        const resumed = await recorded(logEvery, undefined, saved)
        const following = whole.steps.filter(([step]) => step >= call - 1)
        expect(resumed.steps, `call ${call}`).toEqual(following)
      }
    })
  },
)
