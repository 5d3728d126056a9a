import { describe, expect, it } from 'vitest'
import { InterpretedHook } from '../../src/hooks/interpreted-hook.js'

/** One call: the names of the taps that were called, in order. */
type Call = string[]
const newHook = () => new InterpretedHook<Call>()
const later = () => new Promise<void>((resolve) => setImmediate(resolve))

interface Tap {
  readonly name: string
  readonly stage?: number
  readonly isAsync?: boolean
  readonly error?: Error
}

/** Adds taps that write down their names, asynchronous ones when they are through. */
function hookWith(taps: readonly Tap[]): InterpretedHook<Call> {
  const hook = newHook()
  for (const { name, stage = 0, isAsync, error } of taps) {
    const run = (call: Call) => {
      if (error) throw error
      call.push(name)
    }
    if (isAsync) hook.tapPromise({ name, stage }, (call) => later().then(() => run(call)))
    else hook.tap({ name, stage }, run)
  }
  return hook
}

const a = { name: 'a' }
const b = { name: 'b' }
const c = { name: 'c' }

describe('taps are called', () => {
  it.each([
    ['not at all where there are none', [], []],
    ['in the order in which they were added', [a, b, c], ['a', 'b', 'c']],
    ['by stage', [{ ...a, stage: 2 }, { ...b, stage: 1 }, c], ['c', 'b', 'a']],
    [
      'by stage, also negative and infinite',
      [{ ...a, stage: Infinity }, { ...b, stage: -1 }, c],
      ['b', 'c', 'a'],
    ],
    ['in their order within a stage', [{ ...a, stage: 1 }, { ...b, stage: 1 }, c], ['c', 'a', 'b']],
    ['twice where they were added twice', [a, a], ['a', 'a']],
    ['after an asynchronous one has finished', [{ ...a, isAsync: true }, b], ['a', 'b']],
    [
      'one after the other where all wait',
      [
        { ...a, isAsync: true },
        { ...b, isAsync: true },
      ],
      ['a', 'b'],
    ],
  ])('%s', async (_, taps, expected) => {
    const call: Call = []
    await hookWith(taps).call(call)
    expect(call).toEqual(expected)
  })
})

it('a call gives no promise where all taps are synchronous, and all of them have run', () => {
  const call: Call = []
  expect(hookWith([a, b]).call(call)).toBeUndefined()
  expect(call).toEqual(['a', 'b'])
})

it('a call runs up to the first asynchronous tap before it gives its promise', async () => {
  const call: Call = []
  const pending = hookWith([a, { ...b, isAsync: true }, c]).call(call)
  expect(call).toEqual(['a'])
  expect(pending).toBeInstanceOf(Promise)
  await pending
  expect(call).toEqual(['a', 'b', 'c'])
})

describe('an error ends the call', () => {
  const error = new Error('out of luck')

  it('at once where all taps are synchronous', () => {
    const call: Call = []
    expect(() => hookWith([a, { ...b, error }, c]).call(call)).toThrow(error)
    expect(call).toEqual(['a'])
  })

  it.each([
    ['an asynchronous tap', [a, { ...b, isAsync: true, error }, c], ['a']],
    ['a synchronous tap before one', [a, { ...b, error }, { ...c, isAsync: true }], ['a']],
    ['a synchronous tap behind one', [{ ...a, isAsync: true }, { ...b, error }, c], ['a']],
  ])('as a rejection, of %s', async (_, taps, expected) => {
    const call: Call = []
    await expect(hookWith(taps).call(call)).rejects.toBe(error)
    expect(call).toEqual(expected)
  })
})

describe('a tap that is added during a call', () => {
  it.each([
    ['a synchronous one', 'tap'],
    ['an asynchronous one', 'tapPromise'],
  ] as const)('waits for the next call: %s', async (_, type) => {
    const hook = newHook()
    const late = async (call: Call) => void call.push('late')
    let isAdded = false
    hook.tap({ name: 'adder', stage: 0 }, (call) => {
      call.push('adder')
      if (!isAdded) hook[type]({ name: 'late', stage: -1 }, late)
      isAdded = true
    })
    const calls: [Call, Call] = [[], []]
    for (const call of calls) await hook.call(call)
    expect(calls).toEqual([['adder'], ['late', 'adder']])
  })

  it('does not move those that are still to be called', async () => {
    const hook = newHook()
    hook.tapPromise({ name: 'slow', stage: 0 }, async (call) => {
      call.push('slow')
      hook.tap({ name: 'first', stage: -1 }, (next) => void next.push('first'))
      await later()
    })
    hook.tap({ name: 'last', stage: 1 }, (call) => void call.push('last'))
    const call: Call = []
    await hook.call(call)
    expect(call).toEqual(['slow', 'last'])
  })
})

it('two calls at once do not meet', async () => {
  const hook = hookWith([a, { ...b, isAsync: true }, c])
  const calls: [Call, Call] = [[], []]
  await Promise.all(calls.map((call) => hook.call(call)))
  expect(calls).toEqual([
    ['a', 'b', 'c'],
    ['a', 'b', 'c'],
  ])
})

it('a hook may be called by one of its taps', () => {
  const hook = newHook()
  hook.tap({ name: 'nested', stage: 0 }, (call) => {
    call.push('in')
    if (call.length < 3) hook.call(call)
    call.push('out')
  })
  const call: Call = []
  hook.call(call)
  expect(call).toEqual(['in', 'in', 'in', 'out', 'out', 'out'])
})
