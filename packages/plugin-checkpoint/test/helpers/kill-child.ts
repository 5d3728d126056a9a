// One life of a run: trains, or goes on, until it is done or dies as it was told to.
import { appendFileSync, writeFileSync } from 'node:fs'
import { definePlugin, isRegimenError, Trainer } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { checkpoint } from '../../src/index.js'
import { fileStore, type WriteStep } from '../../src/node/index.js'
import { killPlugins } from './kill-plugins.js'
import { curve, type Net, net, valuesOf } from './net.js'

/** How a life ends: in the nth time of a hook or of an instant of a write, by a signal or an abort. */
export interface Death {
  readonly how: 'SIGKILL' | 'SIGTERM' | 'abort'
  readonly at: KillHook | WriteStep | 'index'
  readonly times: number
}

/** Hooks in which lives end. */
export type KillHook =
  | 'batchStart'
  | 'stepEnd'
  | 'batchEnd'
  | 'validationBatchEnd'
  | 'monitor'
  | 'save'
  | 'epochEnd'

const { dir, death } = JSON.parse(process.argv[2] ?? '{}') as { dir: string; death?: Death }
const controller = new AbortController()
process.on('SIGTERM', () => controller.abort('SIGTERM'))

let left = death?.times ?? 0
async function mayDie(at: Death['at']): Promise<void> {
  if (!death || death.at !== at || --left !== 0) return
  if (death.how === 'abort') return controller.abort('test')
  const aborted = new Promise((resolve) => controller.signal.addEventListener('abort', resolve))
  process.kill(process.pid, death.how)
  // The timer keeps the process alive until the signal is there.
  const alive = setInterval(() => undefined, 1000)
  await aborted
  clearInterval(alive)
}

const onStep = async (step: WriteStep, path: string) => {
  await mayDie(step)
  if (path.endsWith('index.json') && step === 'before-rename') await mayDie('index')
}
const store = fileStore(dir, { onStep })
const read: typeof store.read = store.read.bind(store)
// A whole file is read only to go on from it; the last that was read is the one.
let origin = ''
Object.assign(store, {
  read: (...given: Parameters<typeof read>) => {
    if (given[1] === undefined && given[0].endsWith('.safetensors')) origin = given[0]
    return read(...given)
  },
})
const dies = definePlugin({
  name: 'dies',
  apply({ id, hooks }) {
    hooks.loadState.tap(id, () => appendFileSync(`${dir}/origins.log`, `${origin}\n`))
    const names = [
      'batchStart',
      'stepEnd',
      'batchEnd',
      'validationBatchEnd',
      'monitor',
      'save',
      'epochEnd',
    ] as const
    for (const name of names) hooks[name].tapPromise(id, () => mayDie(name))
  },
})
const trainer = new Trainer({
  maxEpochs: 40,
  validateEvery: { epochs: 0.5 },
  plugins: [
    killPlugins(),
    checkpoint({
      store,
      monitor: 'val_loss',
      mode: 'min',
      topK: 3,
      last: { steps: 3 },
    }),
    dies,
  ],
})
const base = net()
const module: Net = {
  ...base,
  trainingStep: (batch, context) =>
    base.trainingStep({ ...batch, x: tf.dropout(batch.x, 0.25) }, context),
}
const data = { train: curve(30), validation: curve(8, { shuffle: false, seed: 3 }) }
const { signal } = controller
const result = await trainer.fit(module, data, { signal, resumeFrom: 'last' }).catch((error) => {
  if (!isRegimenError(error) || (error.code as string) !== 'REG_CHECKPOINT_MISSING') throw error
  return trainer.fit(module, data, { signal })
})
if (result.stop.kind === 'signal') process.exit(3)
const { module: _, ...outcome } = result
writeFileSync(`${dir}/result.json`, JSON.stringify({ ...outcome, weights: valuesOf(module) }))
