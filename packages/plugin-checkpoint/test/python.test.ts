import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { Trainer } from '@regimen/core'
import { expect, it } from 'vitest'
import { checkpoint, loadCheckpoint } from '../src/index.js'
import { temporaryFolder } from './helpers/folder.js'
import { curve, net, valuesOf } from './helpers/net.js'

const READ = `
import json, sys
from safetensors import safe_open
from safetensors.numpy import load_file
path = sys.argv[1]
with safe_open(path, framework="np") as file:
    metadata = file.metadata()
arrays = load_file(path)
print(json.dumps({
  "metadata": metadata,
  "tensors": {name: [str(a.dtype), list(a.shape), a.astype(float).flatten().tolist()] for name, a in arrays.items()},
}))
`

/** Python with the package safetensors, or why there is none. */
function python(): { path: string } | { missing: string } {
  const folder = join(temporaryFolder(), 'venv')
  const steps: [string, string[]][] = [
    ['python3', ['-m', 'venv', folder]],
    [join(folder, 'bin/python'), ['-m', 'pip', 'install', '--quiet', 'safetensors', 'numpy']],
  ]
  for (const [command, args] of steps) {
    const { status, error, stderr } = spawnSync(command, args, {
      encoding: 'utf8',
      timeout: 90_000,
    })
    if (status !== 0) return { missing: `${command} ${args[1]}: ${error?.message ?? stderr}` }
  }
  return { path: join(folder, 'bin/python') }
}

it('opens in Python with the package safetensors', { timeout: 200_000 }, async (context) => {
  const found = python()
  if ('missing' in found) {
    process.stdout.write(`python test skipped: ${found.missing}\n`)
    return context.skip(found.missing)
  }
  const rootDir = temporaryFolder()
  const module = net()
  const trainer = new Trainer({ rootDir, maxEpochs: 1, plugins: [checkpoint()] })
  await trainer.fit(module, { train: curve(8) })
  const path = join(rootDir, 'checkpoints/version_0/last.safetensors')
  const output = execFileSync(found.path, ['-c', READ, path], { encoding: 'utf8' })
  const { metadata, tensors } = JSON.parse(output)
  const { meta, tensors: ours } = await loadCheckpoint(path)
  expect(JSON.parse(metadata.state)).toEqual(meta)
  expect(Object.keys(tensors).sort()).toEqual(Object.keys(ours).sort())
  for (const [name, values] of Object.entries(valuesOf(module))) {
    expect(tensors[`module/${name}`]).toEqual(['float32', module.weights[name]?.shape, values])
  }
  module.dispose()
})
