import * as tf from '@tensorflow/tfjs-core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type HookName, type Hooks, lifecycle, type Plugin, Trainer } from '../../src/index.js'
import { type Lab, lab, onCpu, plugin, rejection, thrownBy } from '../helpers/lab.js'
import { lineBatches, lineModule } from '../helpers/line.js'

onCpu()
afterEach(() => void vi.useRealTimers())

const hookNames = Object.entries(lifecycle)
  .filter(([, { kind }]) => kind !== 'stream' && kind !== 'wrap')
  .map(([name]) => name as HookName)

type AnyTap = (name: string, fn: (...values: unknown[]) => unknown) => void
const tapOf = (hooks: Hooks, name: HookName) =>
  hooks[name] as unknown as { readonly tap: AnyTap; readonly tapPromise: AnyTap }

/** Runs something that calls the hook. */
async function callHook(name: HookName, { trainer }: Lab): Promise<void> {
  const module = lineModule()
  try {
    if (name.startsWith('test')) await trainer.test(module, lineBatches(1))
    else if (name.startsWith('predict')) {
      for await (const output of trainer.predict(module, lineBatches(1)))
        tf.dispose(output as tf.Tensor)
    } else if (name === 'error') await trainer.fit(module, { train: [] })
    else
      await trainer.fit(
        module,
        { train: lineBatches(1), validation: lineBatches(1) },
        await resumeFor(name),
      )
  } finally {
    module.dispose()
  }
}

async function resumeFor(name: HookName) {
  if (name !== 'loadState') return {}
  const module = lineModule()
  const { trainer } = lab()
  await trainer.fit(module, { train: lineBatches(1) })
  const snapshot = await trainer.snapshot()
  module.dispose()
  const position = { ...snapshot.meta.position, epoch: 0, step: 0 }
  return { resumeFrom: { ...snapshot, meta: { ...snapshot.meta, position } } }
}

/** A run in which a plugin taps one hook, and another one saves, so that saveState is called. */
function labWith(tested: Plugin): Lab {
  const saver = plugin('saver', ({ hooks }) => {
    hooks.save.tapPromise('saver', async ({ snapshot }) => void (await snapshot()))
  })
  return lab({ sanityBatches: 1, plugins: [tested, saver] })
}

describe('the guard around every tap', () => {
  it.each(hookNames)('names plugin and hook in an error from %s', async (name) => {
    const cause = new Error('out of luck')
    const thrower = plugin(
      'thrower',
      ({ hooks }) => {
        tapOf(hooks, name).tap('thrower-2', () => {
          throw cause
        })
      },
      { id: 'thrower-2' },
    )
    const run = labWith(thrower)
    const failure = rejection(callHook(name, run))
    if (name === 'error') {
      expect((await failure).code).toBe('REG_DATA_EMPTY')
      expect(run.reports.join()).toContain('Plugin "thrower-2" failed in hook "error": out of luck')
      return
    }
    const error = await failure
    expect(error).toMatchObject({ code: 'REG_HOOK_FAILED', plugin: 'thrower-2', hook: name, cause })
    expect(error.message).toContain(`Plugin "thrower-2" failed in hook "${name}": out of luck`)
  })

  it.each(hookNames.filter((name) => name !== 'loss'))(
    'names plugin and hook in a rejection from %s',
    async (name) => {
      const rejecter = plugin('rejecter', ({ hooks }) => {
        tapOf(hooks, name).tapPromise('rejecter', () => Promise.reject(new Error('later')))
      })
      const run = labWith(rejecter)
      const error = await rejection(callHook(name, run))
      if (name === 'error') expect(run.reports.join()).toContain('failed in hook "error": later')
      else expect(error).toMatchObject({ code: 'REG_HOOK_FAILED', plugin: 'rejecter', hook: name })
    },
  )

  it.each(hookNames)('refuses an asynchronous function in tap of %s', async (name) => {
    const hasty = plugin('hasty', ({ hooks }) => {
      tapOf(hooks, name).tap('hasty', async () => Promise.reject(new Error('unseen')))
    })
    const run = labWith(hasty)
    const error = await rejection(callHook(name, run))
    const text = `passed an asynchronous function to hooks.${name}.tap`
    if (name === 'error') expect(run.reports.join()).toContain(text)
    else {
      expect(error).toMatchObject({ code: 'REG_HOOK_ASYNC', plugin: 'hasty', hook: name })
      expect(error.message).toContain(text)
    }
  })

  it.each(hookNames)('refuses a tap of %s under a name that is not its own', async (name) => {
    const error = await thrownBy(
      () =>
        new Trainer({
          plugins: [
            plugin('liar', ({ hooks }) => tapOf(hooks, name).tap('someone', () => undefined)),
          ],
        }),
    )
    expect(error).toMatchObject({ code: 'REG_HOOK_NAME', plugin: 'liar', hook: name })
    expect(error.message).toContain(`tapped "${name}" as "someone"`)
  })

  it('keeps the code of an error that has one, and adds plugin and hook', async () => {
    const module = lineModule()
    const { trainer } = lab({
      plugins: [
        plugin('reader', ({ hooks }) => {
          hooks.epochEnd.tapPromise('reader', ({ metrics }) => metrics.get('los'))
        }),
      ],
    })
    const error = await rejection(trainer.fit(module, { train: lineBatches(1) }))
    expect(error).toMatchObject({ code: 'REG_METRIC_MISSING', plugin: 'reader', hook: 'epochEnd' })
    expect(error.message).toContain('Did you mean "loss"?')
    module.dispose()
  })

  it('names the user of the trainer where a tap of trainer.hooks throws', async () => {
    const module = lineModule()
    const { trainer } = lab()
    trainer.hooks.fitStart.tap('mine', () => {
      throw new Error('oh')
    })
    const error = await rejection(trainer.fit(module, { train: lineBatches(1) }))
    expect(error).toMatchObject({ code: 'REG_HOOK_FAILED', hook: 'fitStart' })
    expect(error.message).toContain('failed in hook "fitStart": oh')
    module.dispose()
  })

  it('warns of a plugin whose promise never resolves, once, and goes on when it does', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let release = () => {}
    const slow = plugin('slow', ({ hooks }) => {
      hooks.epochEnd.tapPromise('slow', () => new Promise<void>((resolve) => (release = resolve)))
    })
    const module = lineModule()
    const { trainer, reports } = lab({ plugins: [slow] })
    const running = trainer.fit(module, { train: lineBatches(1) })
    while (trainer.state.epoch === 0) await new Promise((resolve) => setImmediate(resolve))
    await new Promise((resolve) => setImmediate(resolve))
    expect(reports.join()).not.toContain('has not finished')
    await vi.advanceTimersByTimeAsync(60_000)
    const warnings = reports.filter((line) => line.includes('has not finished'))
    expect(warnings).toHaveLength(1)
    expect(warnings[0]).toContain('Plugin "slow" has not finished in hook "epochEnd"')
    release()
    await running
    expect(vi.getTimerCount()).toBe(0)
    module.dispose()
  })

  it.each([
    [
      'the disk is ready',
      ['The run waits in hook "epochEnd" for plugin "slow" until the disk is ready.'],
    ],
    [undefined, []],
  ])('does not suspect a plugin that says it waits until %s', async (until, expected) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let release = () => {}
    const slow = plugin('slow', ({ hooks, explainWait }) => {
      hooks.epochEnd.tapPromise('slow', async () => {
        const done = explainWait(() => until)
        await new Promise<void>((resolve) => (release = resolve))
        done()
      })
      hooks.fitEnd.tapPromise('slow', () => new Promise<void>((resolve) => (release = resolve)))
    })
    const module = lineModule()
    const { trainer, reports } = lab({ plugins: [slow] })
    const running = trainer.fit(module, { train: lineBatches(1) })
    const turn = () => new Promise((resolve) => setImmediate(resolve))
    while (trainer.state.epoch === 0) await turn()
    await turn()
    await vi.advanceTimersByTimeAsync(60_000)
    const said = () => reports.filter((line) => /The run waits|has not finished/.test(line))
    expect(said().map((line) => line.replace(/^.*?The run/, 'The run'))).toEqual(expected)
    release()
    await turn()
    await vi.advanceTimersByTimeAsync(60_000)
    expect(said().at(-1)).toContain('has not finished in hook "fitEnd"')
    release()
    await running
    module.dispose()
  })
})
