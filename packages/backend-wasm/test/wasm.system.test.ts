import type { PluginContext } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { wasm } from '../src/index.js'

it('loads the engine while a run is configured and passes the options on', async () => {
  const taps = new Map<string, (options: object) => Promise<object>>()
  const tapPromise = (name: string, tap: (options: object) => Promise<object>) =>
    taps.set(name, tap)
  const plugin = wasm()
  expect(plugin).toMatchObject({ name: 'backend-wasm', id: 'backend-wasm' })
  plugin.apply({ hooks: { configure: { tapPromise } } } as unknown as PluginContext)
  expect(tf.findBackendFactory('wasm')).toBeNull()

  const options = { maxEpochs: 1 }
  expect(await taps.get('backend-wasm')?.(options)).toBe(options)
  expect(tf.getBackend()).toBe('wasm')
})
