import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import { type HookName, type Hooks, lifecycle, type Plugin, Trainer } from '../../src/index.js'
import { onCpu, plugin, rejection, withoutLeak } from '../helpers/lab.js'
import { lineBatches, lineModule } from '../helpers/line.js'
import { recorder } from '../helpers/recorder.js'

onCpu()

type AnyTap = (name: string, fn: () => unknown) => void
const hookNames = Object.entries(lifecycle)
  .filter(([, { kind }]) => kind !== 'stream' && kind !== 'wrap')
  .map(([name]) => name as HookName)
const trainingHooks = hookNames.filter((name) => !/^(test|predict|loadState|error)/.test(name))
const ways = ['tap', 'tapPromise'] as const

function thrower(hook: HookName, way: (typeof ways)[number]): Plugin {
  return plugin('thrower', ({ hooks }) => {
    const hooked = (hooks as Hooks)[hook] as unknown as Record<string, AnyTap>
    const tap = hooked[way] ?? (hooked.tap as AnyTap)
    tap('thrower', () => {
      throw new Error('from the plugin')
    })
  })
}

const saver = plugin('saver', ({ hooks }) => {
  hooks.save.tapPromise('saver', async ({ snapshot }) => void (await snapshot()))
})
const quiet = plugin('quiet', ({ provide }) => provide('reporter', { report: () => undefined }))

/** A trainer whose thrower stands between two plugins that record. */
function between(hook: HookName, way: (typeof ways)[number]) {
  const [first, last] = [recorder('first'), recorder('last')]
  const plugins = [quiet, first.plugin, thrower(hook, way), last.plugin, saver]
  return { first, last, trainer: new Trainer({ maxEpochs: 1, sanityBatches: 1, plugins }) }
}

describe('a plugin that throws leaves no tensor and nobody without an end', () => {
  const table = trainingHooks.flatMap((hook) =>
    ways.filter((way) => hook !== 'loss' || way === 'tap').map((way) => ({ hook, way })),
  )
  it.each(table)('in $hook of a fit, by $way', async ({ hook, way }) => {
    const module = lineModule()
    const { trainer, first, last } = between(hook, way)
    await withoutLeak(async () => {
      const data = { train: lineBatches(2), validation: lineBatches(1) }
      const error = await rejection(trainer.fit(module, data))
      expect(error).toMatchObject({ plugin: 'thrower', hook })
      expect(first.unpaired(), 'the plugin before it').toEqual([])
      expect(last.unpaired(), 'the plugin after it').toEqual([])
      expect(trainer.state.stage).toBe('idle')
    })
    expect(first.of('error')).toHaveLength(1)
    expect(first.of('teardown')).toMatchObject(hook === 'teardown' ? [{}] : [{ outcome: 'failed' }])
    await trainer.dispose()
    module.dispose()
  })

  const evaluations = hookNames
    .filter((name) => /^(test|predict|validation)/.test(name))
    .map((hook) => ({ hook }))
  it.each(evaluations)('in $hook of a validation, test or prediction', async ({ hook }) => {
    const module = lineModule()
    const { trainer, first, last } = between(hook, 'tapPromise')
    const run = async () => {
      if (hook.startsWith('test')) return trainer.test(module, lineBatches(2))
      if (hook.startsWith('validation')) return trainer.validate(module, lineBatches(2))
      for await (const output of trainer.predict(module, lineBatches(2)))
        tf.dispose(output as tf.Tensor)
      return undefined
    }
    await withoutLeak(async () => {
      expect(await rejection(run())).toMatchObject({ plugin: 'thrower', hook })
      expect(first.unpaired()).toEqual([])
      expect(last.unpaired()).toEqual([])
    })
    expect(trainer.state.stage).toBe('idle')
    module.dispose()
  })

  it('in an end hook after another error: the first cause is thrown, the second reported', async () => {
    const module = lineModule()
    const { trainer, first } = between('epochEnd', 'tap')
    const reports: string[] = []
    trainer.on('report').subscribe(({ message }) => void reports.push(message))
    const train = function* () {
      yield* lineBatches(1)
      throw new Error('the first cause')
    }
    await withoutLeak(async () => {
      const error = await rejection(trainer.fit(module, { train, validation: lineBatches(1) }))
      expect(error).toMatchObject({ code: 'REG_DATA_FAILED' })
      expect(error.message).toContain('the first cause')
    })
    expect(reports.join()).toContain('failed in hook "epochEnd": from the plugin')
    expect(first.unpaired()).toEqual([])
    module.dispose()
  })
})
