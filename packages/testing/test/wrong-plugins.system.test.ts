import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  definePlugin,
  type Plugin,
  type PluginContext,
  type PluginHandle,
  RegimenError,
} from '@regimen/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PluginContractError, pluginContract } from '../src/index.js'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'regimen-testing-'))
})
afterAll(() => rm(folder, { recursive: true }))

/** A plugin with the name `wrong`. */
function wrong(
  apply: (context: PluginContext) => PluginHandle<never> | void,
  extra: object = {},
): Plugin {
  return definePlugin({ name: 'wrong', apply: apply as Plugin['apply'], ...extra } as never)
}

const sharedByAll = { best: Number.POSITIVE_INFINITY }

/** Stops at the second value that is no better than the best one, which somebody else keeps. */
function stopsByShared(context: PluginContext, shared: { best: number; bad: number }) {
  const { id, hooks, requestStop } = context
  hooks.monitor.tapPromise(id, async ({ metrics }) => {
    const value = await metrics.get('val_loss')
    shared.bad = value < shared.best ? 0 : shared.bad + 1
    shared.best = Math.min(shared.best, value)
    if (shared.bad > 1) requestStop(`bad: ${shared.bad}, best: ${shared.best}`)
  })
}

type Wrong = readonly [what: string, make: () => Plugin, point: string, message: RegExp]

const plugins: readonly Wrong[] = [
  [
    'has a name that is not kebab-case',
    () => ({ api: 1, name: 'MyPlugin', id: 'MyPlugin', apply: () => undefined }),
    'names',
    /The name "MyPlugin" is not kebab-case\. Call it like "my-plugin"/,
  ],
  [
    'taps under the name of another',
    () => wrong(({ hooks }) => hooks.fitStart.tap('checkpoint', () => undefined)),
    'names',
    /tapped "fitStart" as "checkpoint".* Tap under context\.id/,
  ],
  [
    'does not begin anew with each fit',
    () =>
      wrong((context) => {
        const state = { best: Number.POSITIVE_INFINITY, bad: 0 }
        stopsByShared(context, state)
        return {
          saveState: () => state as never,
          loadState: (saved) => void Object.assign(state, saved),
        }
      }),
    'reset',
    /After a fit, a fit on the same trainer differs: stop\.message is .* Set the state back in setup/,
  ],
  [
    'keeps its state outside apply',
    () => {
      const state = { best: Number.POSITIVE_INFINITY, bad: 0 }
      return wrong((context) => {
        context.hooks.setup.tap(context.id, () => {
          Object.assign(state, { best: Number.POSITIVE_INFINITY, bad: 0 })
        })
        stopsByShared(context, state)
        return {
          saveState: () => ({ ...state }) as never,
          loadState: (saved) => void Object.assign(state, saved),
        }
      })
    },
    'isolation',
    /Two trainers that run at once disturb each other: .* Keep all state inside apply/,
  ],
  [
    'puts the name of another on its errors',
    () =>
      wrong(({ id, hooks }) => {
        hooks.epochEnd.tapPromise(id, async ({ metrics }) => {
          try {
            await metrics.get('loss')
          } catch {
            throw new RegimenError('REG_METRIC_MISSING', 'no loss', { plugin: 'early-stopping' })
          }
        })
      }),
    'errors',
    /in its hook "epochEnd" does not carry its name: .*it names plugin "early-stopping".*Let errors through/,
  ],
  [
    'does not wait for what it reads',
    () =>
      wrong(({ id, hooks, report }) => {
        hooks.validationEnd.tap(id, ({ metrics }) => {
          void metrics.get('val_loss').then((value) => report.info(String(value)))
        })
      }),
    'errors',
    /in its hook "validationEnd" is lost in a promise that nobody waits for .*: use hooks\.validationEnd\.tapPromise/,
  ],
  [
    'frees its tensor only where the fit goes well',
    () =>
      wrong(({ id, hooks, tf }) => {
        let kept: Tensor | undefined
        hooks.fitStart.tap(id, () => {
          kept = tf.scalar(1)
        })
        hooks.fitEnd.tap(id, ({ outcome }) => {
          if (outcome === 'completed') kept?.dispose()
        })
      }),
    'teardown',
    /After a fit that failed there is a leak: 1 tensor \(4 bytes\) too many .*dispose of it in teardown/,
  ],
  [
    'leaves a timer',
    () =>
      wrong(({ id, hooks }) => {
        hooks.fitStart.tap(id, () => {
          setInterval(() => undefined, 1000).unref()
        })
      }),
    'teardown',
    /After a fit there is a timer \(setInterval\); clear it in teardown/,
  ],
  [
    'leaves a listener of the process',
    () =>
      wrong(({ id, hooks }) => {
        hooks.setup.tap(id, () => void process.on('beforeExit', () => undefined))
      }),
    'teardown',
    /After a fit there is a listener of the process for "beforeExit"; process\.off\(\) it in teardown/,
  ],
  [
    'subscribes anew in each run',
    () =>
      wrong(({ id, hooks, events$ }) => {
        hooks.setup.tap(id, () => void events$.subscribe(() => undefined))
      }),
    'teardown',
    /After a fit there is a subscription to events\$; unsubscribe in teardown/,
  ],
  [
    'leaves Math.random replaced',
    () =>
      wrong(({ id, hooks }) => {
        hooks.fitStart.tap(id, () => {
          Math.random = () => 0.5
        })
      }),
    'teardown',
    /After a fit there is another function as Math\.random; put the old one back in teardown/,
  ],
  [
    'saves less than its decisions depend on',
    () =>
      wrong((context) => {
        const state = { best: Number.POSITIVE_INFINITY, bad: 0 }
        context.hooks.setup.tap(context.id, () => {
          Object.assign(state, { best: Number.POSITIVE_INFINITY, bad: 0 })
        })
        stopsByShared(context, state)
        return {
          saveState: () => ({ best: state.best }) as never,
          loadState: (saved) => void Object.assign(state, saved),
        }
      }),
    'state',
    /interrupted .* and resumed by a new instance does not end as the uninterrupted one: .*Save all that decisions/,
  ],
  [
    'counts within an epoch and does not save the count',
    () =>
      wrong(({ id, hooks, log }) => {
        let batches = 0
        hooks.epochStart.tap(id, () => {
          batches = 0
        })
        hooks.batchEnd.tap(id, () => {
          batches++
        })
        hooks.epochEnd.tap(id, ({ outcome }) => {
          if (outcome === 'completed') log('batches', batches)
        })
      }),
    'state',
    /interrupted in epoch 1, after its first batch and resumed .* history\[0\]\.batches is 1 instead of 2/,
  ],
  [
    'saves and does not load',
    () => wrong(() => ({ saveState: () => ({ best: 1 }) as never })),
    'state',
    /It has saveState but no loadState\. Have both, or none/,
  ],
  [
    'has a state that JSON cannot say',
    () => wrong(() => ({ saveState: () => new Map() as never, loadState: () => undefined })),
    'state',
    /The state of plugin "wrong" is an instance of Map.*Convert it in saveState/,
  ],
  [
    'cannot be disposed of twice',
    () =>
      wrong(() => {
        let open: { close(): void } | undefined = { close: () => undefined }
        return {
          dispose() {
            ;(open as { close(): void }).close()
            open = undefined
          },
        }
      }),
    'dispose',
    /The second call of dispose before any run fails: TypeError.*It must bear to find nothing to do/,
  ],
  [
    'writes and does not say so',
    () =>
      wrong(({ id, hooks }) => {
        hooks.save.tap(id, () => writeFileSync(join(folder, 'model.bin'), 'x'))
      }),
    'writes',
    /It calls writeFileSync\(".*model\.bin"\) in save, but does not say writes: true/,
  ],
  [
    'writes later, behind a promise',
    () =>
      wrong(({ id, hooks }) => {
        hooks.fitEnd.tapPromise(id, async () => {
          await new Promise((resolve) => setImmediate(resolve))
          await writeFile(join(folder, 'log.txt'), 'x')
        })
      }),
    'writes',
    /It calls writeFile\(".*log\.txt"\) in fitEnd, but does not say writes: true/,
  ],
  [
    'opens a port and does not say so',
    () =>
      wrong(({ id, hooks }) => {
        hooks.fitStart.tapPromise(id, async () => {
          const server = createServer().listen(0)
          await once(server, 'listening')
          server.close()
          await once(server, 'close')
        })
      }),
    'writes',
    /It calls listen\("0"\) in fitStart, but does not say writes: true/,
  ],
  [
    'taps anew in each run',
    () =>
      wrong(({ id, hooks }) => {
        hooks.setup.tap(id, () => hooks.batchEnd.tap(id, () => undefined))
      }),
    'reset',
    /It taps "batchEnd" during a run, so that each run adds a tap\. Tap in apply/,
  ],
]

async function failuresOf(factory: () => Plugin, options = {}) {
  const error = await pluginContract(factory, options).catch((thrown: unknown) => thrown)
  if (!(error instanceof PluginContractError)) throw new Error(`no failure was found: ${error}`)
  return error
}

describe('a plugin that', () => {
  it.each(plugins)(
    '%s is caught with the reason, and for nothing else',
    async (_, make, point, message) => {
      const { failures, message: text } = await failuresOf(make)
      expect(failures).toEqual([{ point, message: expect.stringMatching(message) }])
      expect(text).toContain(failures[0]?.message)
    },
  )

  it('keeps its state in its module is caught', async () => {
    const { failures } = await failuresOf(() =>
      wrong(({ id, hooks, requestStop }) => {
        hooks.setup.tap(id, () => {
          sharedByAll.best = Number.POSITIVE_INFINITY
        })
        hooks.monitor.tapPromise(id, async ({ metrics }) => {
          const value = await metrics.get('val_loss')
          if (value > sharedByAll.best + 0.5) requestStop(`best: ${sharedByAll.best}`)
          sharedByAll.best = Math.min(sharedByAll.best, value)
        })
        return {
          saveState: () => sharedByAll.best as never,
          loadState: (saved) => {
            sharedByAll.best = saved
          },
        }
      }),
    )
    expect(failures.map(({ point }) => point)).toEqual(['isolation'])
  })

  it.each([
    [
      'rejects a promise in every batch',
      () =>
        wrong(({ id, hooks }) => {
          hooks.batchEnd.tap(id, () => void Promise.reject(new Error('forgotten')))
        }),
      'forgotten',
    ],
    [
      'fails in a timer',
      () =>
        wrong(({ id, hooks }) => {
          hooks.fitStart.tapPromise(id, async () => {
            await new Promise<void>((resolve) => {
              setTimeout(() => {
                resolve()
                throw new Error('in a timer')
              }, 0)
            })
          })
        }),
      'in a timer',
    ],
  ] as const)('%s is told so once', async (_, make, reason) => {
    const { failures } = await failuresOf(make)
    const text = `A promise or timer failed that nobody waits for: ${reason}. Await every promise`
    expect(failures.filter(({ message }) => message.startsWith(text))).toHaveLength(1)
  })

  it('never ends is caught, and named with its hook', async () => {
    const { failures } = await failuresOf(() =>
      wrong(({ id, hooks }) => {
        hooks.batchEnd.tapPromise(id, () => new Promise(() => undefined))
      }),
    )
    const text = /^A scripted fit fails: .*Plugin "wrong" has not finished in hook "batchEnd"/
    expect(failures).toEqual([{ point: 'run', message: expect.stringMatching(text) }])
  })

  it('does several things wrong is told all of them in one error', async () => {
    const { failures, message } = await failuresOf(() =>
      wrong(({ id, hooks }) => {
        hooks.save.tap(id, () => writeFileSync(join(folder, 'x'), 'x'))
        hooks.setup.tap(id, () => void setTimeout(() => undefined, 1e6))
        return { loadState: () => undefined }
      }),
    )
    expect(failures.map(({ point }) => point)).toEqual(['teardown', 'state', 'writes'])
    expect(message.split('\n')).toHaveLength(4)
    expect(message).toMatch(
      /^Plugin "wrong" does 3 things that its contract forbids:\n {2}- teardown: /,
    )
  })

  it.each([
    [
      'has no table of hooks',
      '# wrong\n',
      /no table of the hooks.*Give it a heading "Hooks it taps"/,
    ],
    [
      'leaves a hook out of its README',
      '## Hooks it taps\n\n| hook | what |\n|---|---|\n| `setup` | begins |\n',
      /does not list the hook "monitor", which is tapped/,
    ],
    [
      'lists a hook in its README that it does not tap',
      '## Hooks it taps\n\n| hook | what |\n|---|---|\n| `setup`, `monitor` | |\n| `save` | |\n',
      /lists the hook "save", which is not tapped/,
    ],
  ])('%s is caught', async (_, text, message) => {
    const readme = join(folder, 'README.md')
    await writeFile(readme, text)
    const { failures } = await failuresOf(
      () =>
        wrong(({ id, hooks }) => {
          hooks.setup.tap(id, () => undefined)
          hooks.monitor.tap(id, () => undefined)
        }),
      { readme },
    )
    expect(failures).toEqual([{ point: 'readme', message: expect.stringMatching(message) }])
  })
})
