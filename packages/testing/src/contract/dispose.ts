import { Bench } from './bench.js'
import { attempted, type Point } from './subject.js'

/** `dispose` may be called twice, with and without a run before. */
export const dispose: Point = async ({ make, common }) => {
  for (const [when, hasRun] of [
    ['before any run', false],
    ['after a run', true],
  ] as const) {
    const bench = new Bench(make(), common)
    if (hasRun) await attempted(() => bench.fit())
    for (const call of ['The first call', 'The second call']) {
      try {
        await bench.observation.handle?.dispose?.()
      } catch (thrown) {
        const advice = 'It must bear to find nothing to do.'
        return [`${call} of dispose ${when} fails: ${String(thrown)}. ${advice}`]
      }
    }
    await bench.trainer.dispose()
  }
  return []
}
