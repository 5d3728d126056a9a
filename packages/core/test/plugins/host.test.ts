import * as tf from '@tensorflow/tfjs-core'
import { describe, expect, it } from 'vitest'
import type { Json, StepRunner } from '../../src/index.js'
import { lab, onCpu, plugin, rejection, withoutLeak } from '../helpers/lab.js'
import { lineBatches, lineModule } from '../helpers/line.js'

onCpu()

declare module '../../src/index.js' {
  interface TrainerServices {
    greeter: { greet(): string }
  }
}

describe('use() between runs', () => {
  it('adds taps, and its undo takes them out and disposes of the plugin once', async () => {
    const calls: string[] = []
    const guest = plugin('guest', ({ hooks, events$ }) => {
      hooks.fitStart.tap('guest', () => void calls.push('tap'))
      hooks.gradients.tap('guest', () => void calls.push('gradients'))
      const subscription = events$.subscribe(({ name }) => {
        if (name === 'fitEnd') calls.push('stream')
      })
      return {
        dispose() {
          subscription.unsubscribe()
          calls.push('disposed')
        },
      }
    })
    const module = lineModule()
    const { trainer } = lab()
    const undo = trainer.use(guest)
    expect(trainer.explain()).toContain('guest')
    await trainer.fit(module, { train: lineBatches(1) })
    await undo()
    expect(calls.splice(0)).toEqual(['tap', 'gradients', 'stream', 'disposed'])
    await undo()
    await trainer.fit(module, { train: lineBatches(1) })
    await trainer.dispose()
    expect(calls).toEqual([])
    module.dispose()
  })

  it('takes out again a name, so that it can be used anew, and its services and wrapped steps', async () => {
    const calls: string[] = []
    const made = () =>
      plugin('guest', ({ provide, wrapStep }) => {
        provide('greeter', { greet: () => 'hello' })
        wrapStep((next) => (step) => {
          calls.push('wrapped')
          return next(step)
        })
      })
    const asking = plugin('asking', ({ hooks, service }) => {
      hooks.fitStart.tap('asking', () => void calls.push(service('greeter')?.greet() ?? 'nobody'))
    })
    const module = lineModule()
    const { trainer } = lab({ plugins: [asking] })
    const undo = trainer.use(made())
    await trainer.fit(module, { train: lineBatches(1) })
    await undo()
    await trainer.fit(module, { train: lineBatches(1) })
    expect(calls.splice(0)).toEqual(['hello', 'wrapped', 'nobody'])
    trainer.use(made())
    await trainer.fit(module, { train: lineBatches(1) })
    expect(calls).toEqual(['hello', 'wrapped'])
    module.dispose()
  })

  it('disposes of plugins in reverse order, once, at dispose', async () => {
    const calls: string[] = []
    const closing = (name: string) =>
      plugin(name, () => ({ dispose: async () => void calls.push(name) }))
    const { trainer } = lab({ plugins: [closing('a'), closing('b')] })
    await trainer.dispose()
    await trainer[Symbol.asyncDispose]()
    expect(calls).toEqual(['b', 'a'])
  })
})

describe('what plugins offer each other', () => {
  it('services: the first of a name, all of a name in plugin order, nothing for none', async () => {
    const found: unknown[] = []
    const providing = (name: string) =>
      plugin(name, ({ provide }) => provide('greeter', { greet: () => name }))
    const asking = plugin('asking', ({ hooks, service, services }) => {
      hooks.fitStart.tap('asking', () => {
        found.push(service('greeter')?.greet())
        found.push(services('greeter').map((each) => each.greet()))
        found.push(service('checkpoints'), services('checkpoints'))
      })
    })
    const module = lineModule()
    const { trainer } = lab({ plugins: [asking, providing('a'), providing('b')] })
    await trainer.fit(module, { train: lineBatches(1) })
    expect(found).toEqual(['a', ['a', 'b'], undefined, []])
    module.dispose()
  })

  it('mute switches taps, services and state of another off until the end of the run', async () => {
    const calls: string[] = []
    const loud = plugin(
      'loud',
      ({ hooks, provide }) => {
        provide('greeter', { greet: () => 'hello' })
        hooks.setup.tap('loud', () => void calls.push('setup'))
        hooks.batchEnd.tap('loud', () => void calls.push('batchEnd'))
        hooks.gradients.tapPromise('loud', async () => void calls.push('gradients'))
        return { saveState: (): Json => 'loud' }
      },
      { writes: true },
    )
    let isMuting = true
    const muting = plugin('muting', ({ hooks, plugins, service }) => {
      hooks.configure.tap('muting', () => {
        expect(plugins.list().find(({ id }) => id === 'loud')).toEqual({
          id: 'loud',
          name: 'loud',
          writes: true,
          taps: ['setup', 'batchEnd', 'gradients'],
          isMuted: false,
        })
        // What mute gives back must not become the options.
        return isMuting ? plugins.mute('loud') : undefined
      })
      hooks.fitStart.tap('muting', () => {
        const { isMuted, mutedBy } = plugins.list().find(({ id }) => id === 'loud') ?? {}
        calls.push(`muted ${isMuted} by ${mutedBy}`)
        calls.push(service('greeter')?.greet() ?? 'nobody')
      })
    })
    const module = lineModule()
    const { trainer } = lab({ plugins: [loud, muting] })
    await trainer.fit(module, { train: lineBatches(1) })
    expect(calls.splice(0)).toEqual(['muted true by muting', 'nobody'])
    isMuting = false
    await trainer.fit(module, { train: lineBatches(1) })
    expect(calls).toEqual(['setup', 'muted false by undefined', 'hello', 'gradients', 'batchEnd'])
    module.dispose()
  })

  it('two trainers share nothing of a plugin that keeps its state inside apply', async () => {
    const counts: number[] = []
    const counting = plugin('counting', ({ hooks }) => {
      let count = 0
      hooks.batchEnd.tap('counting', () => void counts.push(++count))
    })
    const module = lineModule()
    await lab({ plugins: [counting] }).trainer.fit(module, { train: lineBatches(2) })
    await lab({ plugins: [counting] }).trainer.fit(module, { train: lineBatches(2) })
    expect(counts).toEqual([1, 2, 1, 2])
    module.dispose()
  })

  it.each(['log', 'record', 'requestStop', 'requestSave'] as const)(
    '%s outside a run is an error that says where to call it',
    async (call) => {
      let asked: Promise<unknown> | undefined
      const early = plugin('early', (context) => {
        const calls = {
          log: () => context.log('x', 1),
          record: () => context.record({ kind: 'text', name: 'a', text: 'b' }),
          requestStop: () => context.requestStop('now'),
          requestSave: () => context.requestSave(),
        }
        asked = Promise.resolve().then(calls[call])
      })
      lab({ plugins: [early] })
      const error = await rejection(asked as Promise<unknown>)
      expect(error.code).toBe('REG_NOT_RUNNING')
      expect(error.message).toContain(`${call} was called outside a run; call it in a hook`)
    },
  )
})

describe('wrapStep', () => {
  const noting = (name: string, calls: string[]) =>
    plugin(name, ({ wrapStep }) => {
      wrapStep((next) => (step) => {
        calls.push(`${name} before`)
        const gradients = next(step)
        calls.push(`${name} after`)
        return gradients
      })
    })

  it('stands around tape, loss and gradients; the first plugin is the outermost', async () => {
    const calls: string[] = []
    const inside = plugin('inside', ({ hooks }) => {
      hooks.loss.tap('inside', () => void calls.push('loss'))
      hooks.gradients.tap('inside', () => void calls.push('gradients'))
    })
    const module = lineModule()
    const plugins = [noting('a', calls), noting('b', calls), inside]
    await withoutLeak(() => lab({ plugins }).trainer.fit(module, { train: lineBatches(1) }))
    expect(calls).toEqual(['a before', 'b before', 'loss', 'b after', 'a after', 'gradients'])
    module.dispose()
  })

  it('may run the heart twice and give the mean of both gradients', async () => {
    const halves = plugin('halves', ({ wrapStep }) => {
      wrapStep(
        (next): StepRunner =>
          (step) => {
            const first = next(step)
            const second = next(step)
            const mean: tf.NamedTensorMap = {}
            for (const name in first) {
              const both = [first[name], second[name]] as [tf.Tensor, tf.Tensor]
              mean[name] = tf.tidy(() => tf.mul(tf.add(...both), 0.5))
              tf.dispose(both)
            }
            return mean
          },
      )
    })
    const weights: number[][] = []
    for (const plugins of [[], [halves]]) {
      const module = lineModule()
      await withoutLeak(() => lab({ plugins }).trainer.fit(module, { train: lineBatches(3) }))
      weights.push([...module.w.dataSync(), ...module.b.dataSync()])
      module.dispose()
    }
    expect(weights[1]).toEqual(weights[0])
  })

  it('may retry a step that throws', async () => {
    let failures = 0
    const shape = lineModule()
    const module = lineModule({
      trainingStep: (batch, context) => {
        if (failures++ === 0) throw new Error('once')
        return shape.trainingStep(batch, context)
      },
      variables: () => ({ w: shape.w, b: shape.b }),
    })
    const retrying = plugin('retrying', ({ wrapStep }) => {
      wrapStep((next) => (step) => {
        try {
          return next(step)
        } catch {
          return next(step)
        }
      })
    })
    await withoutLeak(async () => {
      const { trainer } = lab({ plugins: [retrying] })
      await trainer.fit(module, { train: lineBatches(2) })
      expect(trainer.state.step).toBe(2)
    })
    for (const each of [module, shape]) each.dispose()
  })
})
