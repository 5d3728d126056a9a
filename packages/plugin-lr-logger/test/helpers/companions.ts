import { type Counters, definePlugin, type Plugin } from '@regimen/core'

type Settable = { learningRate: number; setLearningRate?: (rate: number) => void }

/** A plugin that says it is a logger. */
export function aLogger(): Plugin {
  return definePlugin({
    name: 'a-logger',
    writes: true,
    apply({ provide }) {
      provide('logger', { name: 'a-logger' })
    },
  })
}

/** A scheduler: halves the rates of some optimizers with each epoch, or with each step. */
export function halving(
  optimizers: readonly string[] = ['main'],
  counter: 'epoch' | 'step' = 'epoch',
): Plugin {
  return definePlugin({
    name: 'halving',
    apply({ id, hooks, provide }) {
      let all: readonly { readonly optimizer: Settable; readonly base: number }[] = []
      provide('lrScheduler', { optimizers })
      hooks.setup.tap(id, ({ run }) => {
        all = optimizers.map((name) => {
          const optimizer = run.optimizers[name] as unknown as Settable
          return { optimizer, base: optimizer.learningRate }
        })
      })
      const set = (counters: Counters) => {
        for (const { optimizer, base } of all) {
          const rate = base / 2 ** counters[counter]
          if (optimizer.setLearningRate) optimizer.setLearningRate(rate)
          else optimizer.learningRate = rate
        }
      }
      hooks.fitStart.tap(id, set)
      hooks.epochEnd.tap(id, set)
      hooks.stepEnd.tap(id, set)
    },
  })
}
