import { pluginContract } from '@regimen/testing'
import { afterAll, it } from 'vitest'
import { gpuPlugin, nodePlugin } from '../src/engine-plugin.js'
import { fakeLoad, fakeMachine, unload } from './helpers/fake-binding.js'

const readme = new URL('../README.md', import.meta.url)

afterAll(unload)

it('the engine "node" keeps the plugin contract', async () => {
  const machine = fakeMachine()
  await pluginContract(() => nodePlugin({ load: fakeLoad() }, machine), { readme })
  await unload()
})

it('the engine "gpu" keeps the plugin contract', async () => {
  const machine = fakeMachine()
  const load = fakeLoad({ usesGpu: true })
  await pluginContract(() => gpuPlugin({ gpus: [0], load }, machine), { readme })
})
