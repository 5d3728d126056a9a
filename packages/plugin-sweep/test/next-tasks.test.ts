import { describe, expect, it } from 'vitest'
import {
  choice,
  int,
  logUniform,
  type SweepConfig,
  sweepPlan,
  type TaskResult,
  uniform,
} from '../src/index.js'
import { nextTasks } from '../src/next-tasks.js'
import type { Values } from '../src/space.js'
import { keyOf } from '../src/trial.js'

const space = {
  'hparams.rate': logUniform(1e-4, 1),
  'hparams.x': uniform(-1, 1),
  'hparams.k': choice('a', 'b'),
}
const planOf = (more: Partial<SweepConfig>) =>
  sweepPlan({ monitor: 'val_loss', mode: 'min', space, trials: 10, ...more })
/** Best at a rate of 0.01, x of 0.5 and "b". */
const loss = (values: Values) =>
  (Math.log10(values['hparams.rate'] as number) + 2) ** 2 +
  ((values['hparams.x'] as number) - 0.5) ** 2 +
  (values['hparams.k'] === 'b' ? 0 : 1)

type Order = (tasks: ReturnType<typeof nextTasks>) => ReturnType<typeof nextTasks>

/** Runs a sweep of a function; each batch in some order, and one by one. @returns every task that was run */
function play(plan: ReturnType<typeof planOf>, order: Order = (tasks) => tasks) {
  const results = new Map<string, TaskResult>()
  const ran: { key: string; values: Values; maxEpochs: number | undefined; value: number }[] = []
  for (;;) {
    const [task] = order(nextTasks(plan, results))
    if (!task) break
    const { number, rung, values, maxEpochs } = task
    const value = loss(values)
    results.set(keyOf(task), { number, rung, outcome: 'completed', value, curve: [[0, value]] })
    ran.push({ key: keyOf(task), values, maxEpochs, value })
  }
  return ran.toSorted((a, b) => a.key.localeCompare(b.key, 'en', { numeric: true }))
}

describe('the trials of a sweep', () => {
  it.each([
    { algorithm: 'random' },
    { algorithm: 'tpe', trials: 30 },
    { algorithm: 'random', prune: 'median' },
    { algorithm: 'halving', trials: 9, halving: { maxEpochs: 9 } },
  ] as Partial<SweepConfig>[])('of %j do not depend on which of a batch end first', (more) => {
    const plan = planOf(more)
    const found = play(plan)
    expect(play(plan, (tasks) => tasks.toReversed())).toEqual(found)
    expect(play({ ...plan, seed: 1 })).not.toEqual(found)
  })

  it('are the same ones and some when there are more of them', () => {
    for (const algorithm of ['random', 'tpe'] as const) {
      const few = play(planOf({ algorithm, trials: 14 }))
      expect(play(planOf({ algorithm, trials: 21 })).slice(0, 14)).toEqual(few)
    }
  })

  it('of a grid are its points', () => {
    const grid = { 'hparams.a': int(1, 3), 'hparams.b': choice('x', 'y') }
    const { trials: _, ...config } = {
      monitor: 'a',
      mode: 'min',
      space: grid,
      algorithm: 'grid',
      trials: 0,
    } as const
    const plan = sweepPlan(config)
    expect(plan.trials).toBe(6)
    const tasks = nextTasks(plan, new Map())
    expect(tasks.map(({ values }) => Object.values(values).join(''))).toEqual([
      '1x',
      '1y',
      '2x',
      '2y',
      '3x',
      '3y',
    ])
  })

  it('of halving are ever fewer, for ever more epochs, and the best of them', () => {
    const ran = play(
      planOf({ algorithm: 'halving', trials: 9, halving: { minEpochs: 2, maxEpochs: 10 } }),
    )
    const rung = (n: number) => ran.filter(({ key }) => key.endsWith(`@${n}`))
    expect([0, 1, 2, 3].map((n) => [rung(n).length, rung(n)[0]?.maxEpochs])).toEqual([
      [9, 2],
      [3, 6],
      [1, 10],
      [0, undefined],
    ])
    const best = rung(0)
      .toSorted((a, b) => a.value - b.value)
      .slice(0, 3)
    expect(
      rung(1)
        .map(({ value }) => value)
        .toSorted(),
    ).toEqual(best.map(({ value }) => value).toSorted())
  })

  it('of tpe are better than random ones', () => {
    const seeds = [0, 1, 2, 3, 4, 5, 6, 7]
    const bests = (algorithm: 'tpe' | 'random') =>
      seeds.map((seed) =>
        Math.min(...play(planOf({ algorithm, trials: 60, seed })).map(({ value }) => value)),
      )
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
    expect(mean(bests('tpe'))).toBeLessThan(mean(bests('random')) / 2)
  })

  it.each([
    [{ algorithm: 'tep' }, '"tpe"'],
    [{ trial: 3 }, 'Did you mean "trials"?'],
    [{ trials: 0 }, '"trials" is 0'],
    [{ space: {} }, 'a parameter at least'],
    [{ space: { 'hparams.a': { uniform: [1, 0] } }, algorithm: 'random' }, 'the lower first'],
    [{ algorithm: 'grid' }, 'none with "grid"'],
    [{ algorithm: 'halving' }, '{ maxEpochs } with "halving"'],
    [{ halving: { maxEpochs: 3 } }, 'none without "halving"'],
    [{ algorithm: 'halving', halving: { minEpochs: 5, maxEpochs: 3 } }, 'at most "maxEpochs"'],
    [{ algorithm: 'halving', halving: { maxEpochs: 3 }, prune: 'median' }, 'which prunes itself'],
    [{ mode: 'less' }, '"mode" is "less"'],
    [{ name: '../x' }, '"name" is "../x"'],
    [{ trials: undefined }, '"trials" is missing'],
  ])('%j is refused', (more, text) => {
    expect(() => planOf(more as never)).toThrow(text)
  })
})
