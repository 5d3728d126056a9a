import { defineConfig } from '@regimen/core/config'
import { progress } from '@regimen/plugin-progress'
import { digitLoaders } from './src/data.js'
import { digitModule } from './src/module.js'

export default defineConfig({
  accelerator: 'wasm',
  maxEpochs: 12,
  plugins: [progress()],
  module: () => digitModule(),
  data: () => digitLoaders(),
})
