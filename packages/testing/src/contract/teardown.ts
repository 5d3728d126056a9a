import * as tf from '@tensorflow/tfjs-core'
import { oneBatch } from '../script.js'
import { describeLeak } from '../tensor-leak.js'
import { Bench, type FitVariant } from './bench.js'
import { abortingAfter, failingAt } from './interruptions.js'
import { nextTurn } from './rejection-watch.js'
import type { Leftover } from './resource-watch.js'
import { attempted, type Point, type Subject } from './subject.js'

type Scenario = readonly [what: string, run: (bench: Bench) => Promise<unknown>]

/** After each run, however it went, no tensor, timer, subscription or listener is left. */
export const teardown: Point = async (subject) => {
  const fit = (variant?: () => FitVariant) => (bench: Bench) =>
    attempted(() => bench.fit(variant?.()))
  const withoutValidation = subject.common.metrics.map((epoch) =>
    Object.fromEntries(
      Object.entries(epoch).filter(([name]) => !name.startsWith('val_')),
    ),
  )
  const scenarios: readonly Scenario[] = [
    ['a fit', fit()],
    ['two fits', async (bench) => [await fit()(bench), await fit()(bench)]],
    ['a fit without validation', fit(() => ({ metrics: withoutValidation }))],
    ['a fit that failed', fit(() => ({ edit: failingAt(1) }))],
    ['a fit that failed at once', fit(() => ({ edit: failingAt(0) }))],
    ['a fit that was aborted', fit(() => abortingAfter(1))],
    ['a fit that another plugin ended in setup', endedInSetup],
    ['validate, test and predict', otherStages],
  ]
  const failures = new Map<string, string>()
  for (const [what, run] of scenarios) {
    for (const { kind, text } of await leftBy(subject, run)) {
      if (!failures.has(kind)) failures.set(kind, `After ${what} there is ${text}.`)
    }
  }
  return [...failures.values()]
}

async function leftBy(
  { make, common, resources }: Subject,
  run: (bench: Bench) => Promise<unknown>,
): Promise<Leftover[]> {
  resources.begin()
  const before = tf.memory()
  const bench = new Bench(make(), common)
  const subscribed = bench.observation.subscriptions
  await run(bench)
  await nextTurn()
  const left = resources.takeLeftovers()
  const leak = describeLeak(before, tf.memory())
  if (leak !== undefined) {
    left.push({ kind: 'leak', text: `a leak: ${leak}; dispose of it in teardown` })
  }
  if (bench.observation.subscriptions > subscribed) {
    const advice = 'unsubscribe in teardown, or subscribe once, in apply'
    left.push({ kind: 'subscription', text: `a subscription to events$; ${advice}` })
  }
  await bench.trainer.dispose()
  return left
}

async function endedInSetup(bench: Bench): Promise<void> {
  bench.trainer.hooks.setup.tap('another', () => {
    throw new Error('setup fails on purpose')
  })
  await attempted(() => bench.fit())
}

async function otherStages(bench: Bench): Promise<void> {
  await bench.evaluate(oneBatch)
}

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
