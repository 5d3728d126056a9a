import { describe, expect, it } from 'vitest'
import { type HookName, type Hooks, Trainer } from '../../src/index.js'
import { onCpu, plugin, rejection } from '../helpers/lab.js'
import { lineBatches, lineModule } from '../helpers/line.js'

onCpu()

type AnyTap = (name: string, fn: () => unknown) => void

const STARTS: readonly HookName[] = [
  'fitStart',
  'sanityStart',
  'validationStart',
  'validationBatchStart',
  'epochStart',
  'batchStart',
  'stepStart',
]

/** Plugins around one that throws in a start hook, each with its calls of that pair. */
function around(start: HookName, way: 'tap' | 'tapPromise') {
  const end = start.replace('Start', 'End') as HookName
  const calls: string[] = []
  const watcher = (name: string, hooksOf: readonly HookName[]) =>
    plugin(name, ({ hooks }) => {
      for (const hook of hooksOf)
        hooks[hook as 'epochEnd'].tap(name, () => void calls.push(`${name} ${hook}`))
    })
  const thrower = plugin('thrower', ({ hooks }) => {
    const tap = (hooks as Hooks)[start as 'epochStart'][way] as AnyTap
    tap('thrower', () => {
      throw new Error('on purpose')
    })
    hooks[end as 'epochEnd'].tap('thrower', () => void calls.push(`thrower ${end}`))
  })
  const plugins = [
    watcher('before', [start, end]),
    thrower,
    watcher('behind', [start, end]),
    watcher('only-end', [end]),
  ]
  const trainer = new Trainer({ maxEpochs: 1, sanityBatches: 1, plugins })
  trainer.hooks[start as 'epochStart'].tap('user', () => void calls.push(`user ${start}`))
  trainer.hooks[end as 'epochEnd'].tap('user', () => void calls.push(`user ${end}`))
  const heard: string[] = []
  trainer.events$.subscribe(({ name }) => {
    if (name === start || name === end) heard.push(name)
  })
  return { trainer, calls, heard, end }
}

describe('an end is called where the start was', () => {
  for (const way of ['tap', 'tapPromise'] as const)
    it.each(STARTS)(`when a plugin throws in %s, by ${way}`, async (start) => {
      const module = lineModule()
      const { trainer, calls, heard, end } = around(start, way)
      const data = { train: lineBatches(1), validation: lineBatches(1) }
      await rejection(trainer.fit(module, data))
      expect(calls).toEqual([
        `before ${start}`,
        `only-end ${end}`,
        `thrower ${end}`,
        `before ${end}`,
      ])
      expect(heard, 'watchers').toEqual([])
      module.dispose()
    })

  it.each(['test', 'predict'] as const)('in a %s too', async (kind) => {
    for (const start of [`${kind}Start`, `${kind}BatchStart`] as const) {
      const module = lineModule()
      const { trainer, calls, end } = around(start, 'tap')
      const run = async () => {
        if (kind === 'test') await trainer.test(module, lineBatches(1))
        else for await (const _ of trainer.predict(module, lineBatches(1))) expect(_).toBeDefined()
      }
      await rejection(run())
      expect(calls).toEqual([
        `before ${start}`,
        `only-end ${end}`,
        `thrower ${end}`,
        `before ${end}`,
      ])
      module.dispose()
    }
  })

  it('again for everybody in the next run', async () => {
    const module = lineModule()
    const calls: string[] = []
    let isBroken = true
    const thrower = plugin('thrower', ({ hooks }) =>
      hooks.epochStart.tap('thrower', () => {
        if (isBroken) throw new Error('on purpose')
      }),
    )
    const behind = plugin('behind', ({ hooks }) => {
      hooks.epochStart.tap('behind', () => void calls.push('start'))
      hooks.epochEnd.tap('behind', () => void calls.push('end'))
    })
    const trainer = new Trainer({ maxEpochs: 1, plugins: [thrower, behind] })
    await rejection(trainer.fit(module, { train: lineBatches(1) }))
    isBroken = false
    await trainer.fit(module, { train: lineBatches(1) })
    expect(calls).toEqual(['start', 'end'])
    module.dispose()
  })

  it('but teardown always is, also where a setup failed: it frees what apply and configure made', async () => {
    const module = lineModule()
    const calls: string[] = []
    const thrower = plugin('thrower', ({ hooks }) =>
      hooks.setup.tap('thrower', () => {
        throw new Error('on purpose')
      }),
    )
    const behind = plugin('behind', ({ hooks }) => {
      hooks.configure.tap('behind', () => void calls.push('configure'))
      hooks.setup.tap('behind', () => void calls.push('setup'))
      hooks.teardown.tap('behind', () => void calls.push('teardown'))
    })
    const trainer = new Trainer({ maxEpochs: 1, plugins: [thrower, behind] })
    await rejection(trainer.fit(module, { train: lineBatches(1) }))
    expect(calls).toEqual(['configure', 'teardown'])
    module.dispose()
  })
})
