import { describe, expect, it } from 'vitest'
import { type HookName, lifecycle } from '../../src/index.js'
import { onCpu } from '../helpers/lab.js'
import { type Life, live } from '../helpers/lives.js'

onCpu()

const hooks = Object.entries(lifecycle)
  .filter(
    ([name, { kind }]) => kind !== 'stream' && kind !== 'wrap' && !/^(test|predict)/.test(name),
  )
  .map(([name]) => name as HookName)

/** Hooks in which no snapshot can be taken, and why. */
const REFUSED: Readonly<Partial<Record<HookName, RegExp>>> = {
  configure: /nothing to save before a fit/,
  setup: /before the run had its state; ask in fitStart/,
  loadState: /before the run had its state; ask in fitStart/,
  sanityStart: /in the sanity check.*save/,
  sanityEnd: /in the sanity check.*save/,
  batch: /in the middle of a step; ask in save/,
  batchStart: /in the middle of a step; ask in save/,
  loss: /in the middle of a step; ask in save/,
  gradients: /in the middle of a step; ask in save/,
  stepStart: /in the middle of a step; ask in save/,
  stepEnd: /in the middle of a step; ask in save/,
}
/** Hooks that do not come in a run in which nothing fails, or only while a snapshot is taken. */
const ABSENT: readonly HookName[] = ['error', 'saveState', 'loadState']

describe('a snapshot that is taken in a hook is resumed to the bit, or refused with the place to ask', () => {
  const schedules: readonly Life[] = [
    { options: { validateEvery: { steps: 3 } } },
    { options: { validateEvery: { epochs: 0.5 }, maxSteps: 7 } },
  ]
  for (const life of schedules)
    it.each(hooks.filter((hook) => !ABSENT.includes(hook)))(
      `in every call of %s, with ${JSON.stringify(life.options)}`,
      async (hook) => {
        const whole = await live(life)
        const { calls } = await live({ ...life, at: { hook, call: -1 } })
        expect(calls, 'calls').toBeGreaterThan(0)
        for (let call = 1; call <= Math.min(calls, 10); call++) {
          const first = await live({ ...life, at: { hook, call } })
          expect(first.end, 'the run in which it was taken').toEqual(whole.end)
          if (first.refused) {
            const isSanity = /in the sanity check/.test(first.refused.message)
            if (!isSanity) expect(first.refused.message).toMatch(REFUSED[hook] ?? /never/)
            expect(['REG_BUSY', 'REG_NOT_RUNNING']).toContain(first.refused.code)
            continue
          }
          expect(first.saved).toBeDefined()
          expect(REFUSED[hook]).toBeUndefined()
          const second = await live({ ...life, resumeFrom: first.saved })
          expect(second.end, `call ${call}`).toEqual(whole.end)
        }
      },
    )

  it('in loadState of a run that is resumed', async () => {
    const { saved } = await live({ at: { hook: 'save', call: 1 } })
    const { refused } = await live({ resumeFrom: saved, at: { hook: 'loadState', call: 1 } })
    expect(refused?.message).toMatch(REFUSED.loadState as RegExp)
  })
})
