import type { Snapshot } from '@regimen/core'
import { Bench, type ContractOutcome } from './bench.js'
import { firstDifference } from './first-difference.js'
import { abortingAfter } from './interruptions.js'
import { attempted, freshFit, type Point, type Subject } from './subject.js'

const ADVICE =
  'Save all that decisions depend on in saveState, and take it back in loadState, which comes after setup.'

/** A run that was interrupted and is resumed with a new instance, by way of JSON text, decides the same. */
export const state: Point = async (subject) => {
  const { saveState, loadState } = subject.bench.observation.handle ?? {}
  if (saveState && !loadState)
    return ['It has saveState but no loadState. Have both, or none.']
  if (loadState && !saveState)
    return ['It has loadState but no saveState. Have both, or none.']
  const interrupted = [...(await atBoundaries(subject)), ...(await insideEpochs(subject))]
  for (const [when, snapshot] of interrupted) {
    const resumed = await attempted(() =>
      freshFit(subject, { resumeFrom: throughText(snapshot) }),
    )
    const what = `A run that was interrupted ${when} and resumed by a new instance`
    if ('error' in resumed) return [`${what} fails: ${resumed.error}. ${ADVICE}`]
    const found = differenceAtEnd(subject, resumed.outcome)
    if (found)
      return [`${what} does not end as the uninterrupted one: ${found}. ${ADVICE}`]
  }
  return []
}

type Interruption = readonly [when: string, snapshot: Snapshot]

/** Snapshots of an undisturbed run after each epoch but the last. */
async function atBoundaries(subject: Subject): Promise<Interruption[]> {
  const bench = new Bench(subject.make(), subject.common)
  const found: Interruption[] = []
  bench.trainer.hooks.save.tapPromise(
    'take-snapshots',
    async ({ epoch, counters, snapshot }) => {
      if (epoch) found.push([`after epoch ${counters.epoch}`, await snapshot()])
    },
  )
  await bench.fit()
  await bench.trainer.dispose()
  return found.slice(0, -1)
}

/** Snapshots of runs that were aborted after the first of several batches, in each epoch. */
async function insideEpochs(subject: Subject): Promise<Interruption[]> {
  const { common, reference, make } = subject
  const found: Interruption[] = []
  for (let epoch = 0; common.batches > 1 && epoch < reference.history.length; epoch++) {
    const bench = new Bench(make(), common)
    bench.trainer.hooks.save.tapPromise(
      'take-snapshots',
      async ({ reason, snapshot }) => {
        if (reason === 'interrupted') {
          found.push([`in epoch ${epoch + 1}, after its first batch`, await snapshot()])
        }
      },
    )
    await bench.fit(abortingAfter(epoch))
    await bench.trainer.dispose()
  }
  return found
}

/** A run that was resumed has only the later part of the calls and of the records. */
function differenceAtEnd(subject: Subject, resumed: ContractOutcome): string | undefined {
  const { reference, comparable } = subject
  const tail = (outcome: ContractOutcome) => ({
    ...outcome,
    calls: [],
    records: outcome.records.slice(outcome.records.length - resumed.records.length),
  })
  return firstDifference(comparable(tail(reference)), comparable(tail(resumed)))
}

function throughText({ meta, tensors }: Snapshot): Snapshot {
  return {
    meta: JSON.parse(JSON.stringify(meta)) as Snapshot['meta'],
    tensors: structuredClone(tensors),
  }
}
