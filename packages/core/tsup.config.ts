import { createRequire } from 'node:module'
import { defineConfig } from 'tsup'
import { library } from '../../tooling/tsup.base.js'
import { tfjsSideEffects } from './tooling/tfjs-side-effects.js'

const require = createRequire(import.meta.url)

export default defineConfig([
  library(),
  {
    ...library(),
    entry: { 'tfjs-gradients': 'tooling/tfjs-gradients.js' },
    sourcemap: false,
    noExternal: [/^@tensorflow\/tfjs-core\/dist\//],
    esbuildPlugins: [tfjsSideEffects(require('@tensorflow/tfjs-core') as object)],
    esbuildOptions(options) {
      options.legalComments = 'eof'
    },
  },
])
