import { join } from 'node:path'
import { Trainer } from '@regimen/core'
import { expect, it } from 'vitest'
import { ask, pythonWith } from '../../../tooling/oracle-python.js'
import { checkpoint, loadCheckpoint } from '../src/index.js'
import { temporaryFolder } from './helpers/folder.js'
import { curve, net, valuesOf } from './helpers/net.js'
import written from './safetensors/written.json' with { type: 'json' }

const python = pythonWith('safetensors')
const script = (name: string) => join(import.meta.dirname, 'safetensors', name)

interface Read {
  readonly metadata: { readonly state: string }
  readonly tensors: Readonly<Record<string, readonly [dtype: string, number[], number[]]>>
}

it.skipIf(!python)('opens in Python with the package safetensors', async () => {
  const rootDir = temporaryFolder()
  const module = net()
  const trainer = new Trainer({ rootDir, maxEpochs: 1, plugins: [checkpoint()] })
  await trainer.fit(module, { train: curve(8) })
  const path = join(rootDir, 'checkpoints/version_0/last.safetensors')
  const { metadata, tensors } = await ask<Read>(python, script('read.py'), path)
  const { meta, tensors: ours } = await loadCheckpoint(path)
  expect(JSON.parse(metadata.state)).toEqual(meta)
  expect(Object.keys(tensors).sort()).toEqual(Object.keys(ours).sort())
  for (const [name, values] of Object.entries(valuesOf(module))) {
    expect(tensors[`module/${name}`]).toEqual(['float32', module.weights[name]?.shape, values])
  }
  module.dispose()
})

it.skipIf(!python)('the committed file is what the package safetensors writes', async () => {
  const { file } = await ask<typeof written>(python, script('write.py'))
  expect(file).toBe(written.file)
})
