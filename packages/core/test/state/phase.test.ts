import { describe, expect, it } from 'vitest'
import { type Snapshot, Trainer } from '../../src/index.js'
import {
  isBoundaryPending,
  isDataUsed,
  isEpochOpen,
  isMidEpoch,
  type Phase,
  phaseOfFlags,
  phases,
  withoutData,
} from '../../src/state/phase.js'
import { lineBatches, lineModule } from '../helpers/line.js'

/** isEpochOpen, isBoundaryPending, isDataUsed, isMidEpoch, and the phase once there are no more data. */
const table: Readonly<Record<Phase, readonly [boolean, boolean, boolean, boolean, Phase]>> = {
  betweenEpochs: [false, false, false, false, 'afterData'],
  inEpoch: [true, false, false, true, 'afterData'],
  afterBatch: [true, true, false, true, 'afterLastBatch'],
  afterLastBatch: [true, true, true, false, 'afterLastBatch'],
  afterData: [true, false, true, false, 'afterData'],
  cut: [false, false, false, true, 'afterData'],
}

/** The flags that snapshots had in place of each phase. */
const flags: Readonly<Record<Phase, readonly [boolean, boolean, boolean, boolean?]>> = {
  betweenEpochs: [false, false, false],
  inEpoch: [true, false, false],
  afterBatch: [true, true, false],
  afterLastBatch: [true, true, true],
  afterData: [true, false, true],
  cut: [true, false, false, true],
}

const flagsOf = (phase: Phase) => {
  const [isInEpoch, isPending, isDataOver, isCut] = flags[phase]
  const common = { isInEpoch, isBoundaryPending: isPending, isDataOver }
  return isCut === undefined ? common : { ...common, isCut }
}

describe.each(phases)('the phase %s', (phase) => {
  it('answers what the loop asks', () => {
    const answers = [isEpochOpen, isBoundaryPending, isDataUsed, isMidEpoch, withoutData]
    expect(answers.map((ask) => ask(phase))).toEqual(table[phase])
  })

  it('is what the flags of an older snapshot stand for', () => {
    expect(phaseOfFlags(flagsOf(phase))).toBe(phase)
  })
})

it.each([
  [{ maxSteps: 2 }, 'cut'],
  [{ maxEpochs: 1 }, 'betweenEpochs'],
] as const)(
  'a snapshot after %j that has flags is resumed as one that has a phase',
  async (limits, phase) => {
    const first = lineModule()
    const trainer = new Trainer(limits)
    await trainer.fit(first, { train: lineBatches(3) })
    const snapshot = await trainer.snapshot()
    expect(snapshot.meta.position.phase).toBe(phase)
    const { phase: _, ...counters } = snapshot.meta.position
    const position = { ...counters, ...flagsOf(phase) }
    const older = { ...snapshot, meta: { ...snapshot.meta, position } } as unknown as Snapshot
    const resumed = async (resumeFrom: Snapshot) => {
      const module = lineModule()
      const { metrics, history } = await new Trainer({ maxEpochs: 2 }).fit(
        module,
        { train: lineBatches(3) },
        { resumeFrom },
      )
      const weights = [...module.w.dataSync()]
      module.dispose()
      return { metrics, history, weights }
    }
    expect(await resumed(older)).toEqual(await resumed(snapshot))
    first.dispose()
  },
)
