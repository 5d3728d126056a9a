import type { Trainer } from '@regimen/core'
import { Bench, type FitVariant } from './bench.js'
import { abortingAfter, failingAt } from './interruptions.js'
import { nextTurn } from './rejection-watch.js'
import { attempted, difference, freshFit, type Point } from './subject.js'

const DISTURBED: readonly (readonly [string, () => FitVariant])[] = [
  ['a fit', () => ({})],
  ['a fit that failed', () => ({ edit: failingAt(1) })],
  ['a fit that was aborted', () => abortingAfter(1)],
]

/** Each fit on the same trainer goes as the first, whatever came before. */
export const reset: Point = async (subject) => {
  const failures: string[] = []
  const advice =
    'Set the state back in setup (loadState comes after it), and switch nothing off for good.'
  for (const [what, variant] of DISTURBED) {
    const bench = new Bench(subject.make(), subject.common)
    const { observation } = bench
    const applied = observation.taps.length
    await attempted(() => bench.fit(variant()))
    const after = await attempted(() => bench.fit())
    if ('error' in after) {
      failures.push(
        `After ${what}, a fit on the same trainer fails: ${after.error}. ${advice}`,
      )
    } else {
      const found = difference(subject, subject.reference, after.outcome)
      if (found)
        failures.push(
          `After ${what}, a fit on the same trainer differs: ${found}. ${advice}`,
        )
    }
    const late = observation.taps.slice(applied)
    if (late.length > 0 && what === 'a fit') {
      const hooks = [...new Set(late.map(({ hook }) => `"${hook}"`))].join(', ')
      failures.push(
        `It taps ${hooks} during a run, so that each run adds a tap. Tap in apply, and use a flag.`,
      )
    }
    await bench.trainer.dispose()
  }
  return failures
}

/** Two trainers with the same plugin, whose epochs come in turns, go as each would alone. */
export const isolation: Point = async (subject) => {
  const { common, make, reference } = subject
  const other = common.metrics.toReversed().slice(0, Math.ceil(common.metrics.length / 2))
  const options = { ...common.options, maxEpochs: other.length }
  const shorter = { ...subject, common: { ...common, options } }
  const alone = await attempted(() => freshFit(shorter, { metrics: other }))
  const shared = make()
  const [first, second] = [new Bench(shared, common), new Bench(shared, shorter.common)]
  takeTurns(first.trainer)
  takeTurns(second.trainer)
  const endOf = async (bench: Bench, metrics = common.metrics) => {
    const result = await attempted(() => bench.fit({ metrics }))
    await bench.trainer.dispose()
    return result
  }
  const together = await Promise.all([endOf(first), endOf(second, other)])
  const found = [{ outcome: reference }, alone].flatMap((expected, index) => {
    const result = together[index]
    if (!result || 'error' in expected) return []
    if ('error' in result) return [`it fails: ${result.error}`]
    return difference(subject, expected.outcome, result.outcome) ?? []
  })
  return found
    .slice(0, 1)
    .map(
      (text) =>
        `Two trainers that run at once disturb each other: in one of them ${text}. Keep all state inside apply, which is called once per trainer; none in the factory or the module.`,
    )
}

function takeTurns({ hooks }: Trainer): void {
  for (const hook of ['epochStart', 'batchEnd', 'monitor', 'save', 'epochEnd'] as const) {
    hooks[hook].tapPromise('take-turns', nextTurn)
  }
}
