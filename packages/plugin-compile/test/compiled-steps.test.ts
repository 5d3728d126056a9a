import type { RecordedStep, StepCompiler, StepInput, StepProgram, StepRunner } from '@regimen/core'
import { describe, expect, it } from 'vitest'
import { CompiledSteps } from '../src/compiled-steps.js'

/** What happens in a step, in order; a step that is run as it is has none of the others. */
type Event =
  | { readonly record: string; readonly problem?: string; readonly fails?: boolean }
  | { readonly verify: 'same' | 'gone' | 'other' | 'fails' }
  | { readonly replay: 'done' | 'gone' | 'fails' }
  | 'plain'

const failure = new Error('it failed')
const gradients = {}

/** A compiler that does what a table says. Recordings with the same text compute the same. */
function scene(events: readonly Event[], { verifyEvery = 100, compiles = true } = {}) {
  const rest = [...events]
  const notices: string[] = []
  let alive = 0
  const take = <Name extends string>(name: Name) => {
    const event = rest.shift()
    if (typeof event !== 'object' || !(name in event)) {
      throw new Error(`${name} instead of ${JSON.stringify(event)}`)
    }
    return event as Extract<Event, Record<Name, unknown>>
  }
  const program = (): StepProgram => {
    alive++
    return {
      operations: 3,
      bytes: 8,
      replay() {
        const { replay } = take('replay')
        if (replay === 'fails') throw failure
        return replay === 'done' ? gradients : undefined
      },
      verify() {
        const { verify } = take('verify')
        if (verify === 'fails') throw failure
        if (verify === 'gone') return undefined
        return { gradients, difference: verify === 'same' ? undefined : 'x' }
      },
      dispose: () => void alive--,
    }
  }
  const compiler: StepCompiler = {
    engine: 'fake',
    isAvailable: () => true,
    keyOf: ({ data }) => String(data),
    record() {
      const { record, problem, fails } = take('record')
      if (fails) throw failure
      return {
        gradients,
        problem,
        text: record,
        differenceFrom: (other: RecordedStep & { text?: string }) =>
          other.text === record ? undefined : `${record} is not ${other.text}`,
        compile() {
          if (!compiles) throw failure
          return program()
        },
      } as RecordedStep
    },
  }
  const steps = new CompiledSteps(compiler, verifyEvery, {
    traced: (reason) => void notices.push(reason),
    differed: (difference, count) => void notices.push(`${difference} after ${count}`),
  })
  const next: StepRunner = () => {
    if (rest.shift() !== 'plain') throw new Error('run as it is')
    return gradients
  }
  const run = (data: unknown = 'a') => {
    steps.beginBatch()
    return steps.run({ data } as StepInput, next)
  }
  return { steps, notices, rest, run, next, alive: () => alive }
}

const a: Event = { record: 'a' }
const b: Event = { record: 'b' }
const problem: Event = { record: 'a', problem: 'p' }
const same: Event = { verify: 'same' }
const done: Event = { replay: 'done' }
const ready: Event[] = [a, a, same]

describe('steps of one kind', () => {
  it.each<[string, Event[], string[], [replayed: number, programs: number], number?]>([
    ['are recorded twice, compared and replayed', [...ready, done, done], [], [2, 1]],
    ['are compared after so many', [...ready, done, done, same, done], [], [3, 1], 2],
    ['have a problem once, as in a first step', [problem, ...ready, done], [], [1, 1]],
    ['have a problem twice', [problem, problem, 'plain', 'plain'], ['p'], [0, 0]],
    ['have a problem after a step without', [a, problem, 'plain'], ['p'], [0, 0]],
    ['differ once', [a, b, b, same, done], [], [1, 1]],
    ['differ twice', [a, b, a, a, same, done], [], [1, 1]],
    ['always differ', [a, b, a, b, 'plain'], ['b is not a'], [0, 0]],
    [
      'differ in the first comparison',
      [a, a, { verify: 'other' }, 'plain'],
      ['a replay gives other bits for x'],
      [0, 0],
    ],
    [
      'differ in a later comparison',
      [...ready, done, done, { verify: 'other' }, 'plain', 'plain'],
      ['x after 2'],
      [2, 0],
      2,
    ],
    [
      'use a tensor that is gone, and are recorded again',
      [...ready, done, { replay: 'gone' }, 'plain', ...ready, done],
      [],
      [2, 1],
    ],
    [
      'use a tensor that is gone before the comparison',
      [a, a, { verify: 'gone' }, 'plain', ...ready, done],
      [],
      [1, 1],
    ],
  ])('%s', (_, events, texts, [replayed, programs], verifyEvery = 100) => {
    const { steps, notices, rest, run, alive } = scene(events, { verifyEvery })
    let count = 0
    while (rest.length > 0) {
      expect(run()).toBe(gradients)
      count++
    }
    expect(notices).toEqual(texts)
    const summary = steps.summary()
    expect(summary.replayed).toBe(replayed)
    expect(summary.traced).toBe(count - replayed)
    expect(summary.programs).toHaveLength(programs)
    expect(alive()).toBe(programs)
    steps.dispose()
    expect(alive()).toBe(0)
  })
})

it('a program that cannot be made is a reason', () => {
  const { notices, run, steps } = scene([a, a, 'plain'], { compiles: false })
  for (let i = 0; i < 3; i++) expect(run()).toBe(gradients)
  expect(notices).toEqual(['it failed'])
  expect(steps.summary()).toEqual({ replayed: 0, traced: 3, programs: [] })
})

describe('an error is that of the step, and the next step goes on', () => {
  it.each<[string, Event[], Event[]]>([
    ['in a recording', [a, { record: 'a', fails: true }], [a, same, done]],
    ['in a replay', [...ready, { replay: 'fails' }], [done]],
    ['in a comparison', [a, a, { verify: 'fails' }], [same, done]],
  ])('%s', (_, before, after) => {
    const { run, rest, steps, alive } = scene([...before, ...after])
    for (let i = 1; i < before.length; i++) run()
    expect(() => run()).toThrow(failure)
    while (rest.length > 0) run()
    expect(steps.summary().programs).toHaveLength(1)
    steps.dispose()
    expect(alive()).toBe(0)
  })
})

it('kinds have programs of their own, at most eight, and more are said once', () => {
  const kinds = ['1', '2', '3', '4', '5', '6', '7', '8']
  const { run, notices, steps, alive } = scene([
    ...kinds.flatMap(() => [...ready, done]),
    ...['plain' as const, 'plain' as const, 'plain' as const, done],
  ])
  for (const kind of kinds) for (let i = 0; i < 4; i++) run(kind)
  expect(notices).toEqual([])
  for (const kind of ['9', '9', '10', '8']) run(kind)
  expect(notices).toEqual(['the batches have more than 8 shapes or values beside tensors'])
  expect(steps.summary()).toMatchObject({ replayed: 9, traced: 27 })
  expect(alive()).toBe(8)
  steps.dispose()
  expect(alive()).toBe(0)
})

it('the passes of a batch are kinds of their own', () => {
  const first = { data: 'a' } as StepInput
  const { steps, next } = scene([a, b, a, b, same, same, done, done])
  for (let batch = 0; batch < 4; batch++) {
    steps.beginBatch()
    for (let pass = 0; pass < 2; pass++) steps.run(first, next)
  }
  expect(steps.summary()).toMatchObject({ replayed: 2, traced: 6 })
})
