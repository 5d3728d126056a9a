import { Bench, type FitVariant } from './bench.js'
import { abortingAfter, failingAt } from './disturbed.js'
import { attempted, difference, type Point } from './subject.js'

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
      failures.push(`After ${what}, a fit on the same trainer fails: ${after.error}. ${advice}`)
    } else {
      const found = difference(subject, subject.reference, after.outcome)
      if (found)
        failures.push(`After ${what}, a fit on the same trainer differs: ${found}. ${advice}`)
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
