import { defineConfig } from '@regimen/core/config'
import { cometLogger } from '@regimen/logger-comet'
import { csvLogger } from '@regimen/logger-csv'
import { tensorboardLogger } from '@regimen/logger-tensorboard'
import { checkpoint } from '@regimen/plugin-checkpoint'
import { earlyStopping } from '@regimen/plugin-early-stopping'
import { lrLogger } from '@regimen/plugin-lr-logger'
import { exponential, lrScheduler } from '@regimen/plugin-lr-scheduler'
import { progress } from '@regimen/plugin-progress'
import { seed } from '@regimen/plugin-seed'
import { profiler } from '@regimen/profiler'
import { digitLoaders } from './src/data.js'
import { digitModule, hparams } from './src/module.js'

export default defineConfig({
  accelerator: 'wasm',
  compile: true,
  maxEpochs: 12,
  hparams,
  plugins: [
    profiler(),
    seed(1),
    progress(),
    lrScheduler({ schedule: exponential({ gamma: 0.9 }) }),
    csvLogger(),
    tensorboardLogger({ histograms: { every: { epochs: 1 } } }),
    process.env.COMET_API_KEY && cometLogger({ projectName: 'regimen-mnist' }),
    lrLogger({ interval: 'epoch' }),
    earlyStopping({ monitor: 'val_loss', mode: 'min', patience: 4 }),
    checkpoint({ monitor: 'val_accuracy', mode: 'max' }),
  ],
  module: (given) => digitModule(given),
  data: () => digitLoaders(),
})
