import { expect, it } from 'vitest'
import type { TrainerEvent } from '../../src/index.js'
import { lab, onCpu, withoutLeak } from '../helpers/lab.js'
import { lineBatches, lineModule } from '../helpers/line.js'

onCpu()

/** Two epochs of two batches with validation: name, epoch.batch.step.validations, and what else it says. */
const SEQUENCE = `
setup                0.0.0.0  fit
sanityStart          0.0.0.0
validationStart      0.0.0.0  sanity
validationBatchStart 0.0.0.0  sanity 0 of 1
validationBatchEnd   0.0.0.0  sanity 1 of 1 completed
validationEnd        0.0.0.0  sanity completed
sanityEnd            0.0.0.0  completed
fitStart             0.0.0.0
epochStart           0.0.0.0
batchStart           0.0.0.0
stepStart            0.0.0.0  main
stepEnd              0.0.1.0  main completed
batchEnd             0.1.1.0  completed
batchStart           0.1.1.0
stepStart            0.1.1.0  main
stepEnd              0.1.2.0  main completed
batchEnd             0.2.2.0  completed
validationStart      0.2.2.0
validationBatchStart 0.2.2.0  0 of 1
validationBatchEnd   0.2.2.0  1 of 1 completed
validationEnd        0.2.2.1  completed
record               0.1.1    validation epoch
epochEnd             1.2.2.1  completed
record               0.1.1    train epoch
monitor              1.2.2.1  validation epoch
save                 1.2.2.1  validation epoch boundary
epochStart           1.0.2.1
batchStart           1.0.2.1
stepStart            1.0.2.1  main
stepEnd              1.0.3.1  main completed
batchEnd             1.1.3.1  completed
batchStart           1.1.3.1
stepStart            1.1.3.1  main
stepEnd              1.1.4.1  main completed
batchEnd             1.2.4.1  completed
validationStart      1.2.4.1
validationBatchStart 1.2.4.1  0 of 1
validationBatchEnd   1.2.4.1  1 of 1 completed
validationEnd        1.2.4.2  completed
record               1.1.3    validation epoch
epochEnd             2.2.4.2  completed
record               1.1.3    train epoch
monitor              2.2.4.2  validation epoch
save                 2.2.4.2  validation epoch boundary
fitEnd               2.2.4.2  completed
teardown             2.2.4.2  fit completed
`

function lineOf(event: TrainerEvent): string {
  const told = event as unknown as Record<string, never> & {
    readonly counters?: Record<string, number>
    readonly record?: Record<string, number>
  }
  const at = (told.record ?? told.counters ?? told) as Record<string, number | undefined>
  const counters = [at.epoch, at.batch, at.step, at.validations].filter(
    (each) => each !== undefined,
  )
  const flags = ['sanity', 'validation', 'epoch'].filter((name) => (told[name] as unknown) === true)
  const total = told.total === undefined ? undefined : `${told.evaluated} of ${told.total}`
  const source = told.record && `${told.record.source} ${told.record.interval}`
  const stage = ['setup', 'teardown'].includes(event.name) ? told.stage : undefined
  const more = [...flags, stage, source, total, told.optimizer, told.outcome, told.reason]
  const text = more.filter((each) => each !== undefined).join(' ')
  return `${event.name.padEnd(20)} ${counters.join('.').padEnd(8)} ${text}`.trimEnd()
}

it('emits exactly these events in a run of two epochs with validation', async () => {
  const module = lineModule()
  const { trainer } = lab({ maxEpochs: 2, sanityBatches: 1 })
  const lines: string[] = []
  trainer.events$.subscribe((event) => void lines.push(lineOf(event)))
  await withoutLeak(() =>
    trainer.fit(module, { train: lineBatches(2), validation: lineBatches(1) }),
  )
  expect(`\n${lines.join('\n')}\n`).toBe(SEQUENCE)
  module.dispose()
})

it('tells the taps the same things in the same order as the streams', async () => {
  const module = lineModule()
  const { trainer, seen } = lab({ maxEpochs: 2, sanityBatches: 1, validateEvery: { steps: 1 } })
  const names: string[] = []
  trainer.events$.subscribe(({ name }) => void names.push(name))
  await trainer.fit(module, { train: lineBatches(3), validation: lineBatches(2) })
  expect(names).toEqual(seen.names)
  module.dispose()
})
