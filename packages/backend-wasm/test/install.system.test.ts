import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { useWasm } from '../src/index.js'
import { installKernels } from '../src/install.js'
import { addedKernels, composedKernels, replacedKernels } from '../src/kernel-repairs.js'
import { launchKernels } from '../src/kernels/all-kernels.js'

const ours = [...Object.keys(addedKernels), ...Object.keys(replacedKernels)]

function registered(): Map<string, unknown> {
  return new Map(
    tf.getKernelsForBackend('wasm').map(({ kernelName, kernelFunc }) => [kernelName, kernelFunc]),
  )
}

it('leaves the stock backend alone until it is asked for, and then replaces or follows every kernel', async () => {
  expect(tf.findBackendFactory('wasm')).toBeNull()
  expect(registered().size).toBe(0)

  await import('@tensorflow/tfjs-backend-wasm')
  const stock = registered()
  for (const name of Object.keys(addedKernels)) expect(stock.has(name), name).toBe(false)
  for (const name of Object.keys(replacedKernels)) expect(stock.has(name), name).toBe(true)

  await useWasm()
  const after = registered()
  expect(tf.getBackend()).toBe('wasm')
  for (const [name, kernel] of after) {
    const isOurs = ours.includes(name) || !composedKernels.has(name)
    expect(kernel !== stock.get(name), name).toBe(isOurs)
  }

  installKernels()
  await useWasm()
  expect(registered()).toEqual(after)
})

it('is described kernel by kernel in the README', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const rows = readme.match(/^\| `[A-Z_]\w+`.*\|$/gm) ?? []
  const named = new Set(rows.flatMap((row) => row.split('|')[1]?.match(/[A-Z_]\w+/g) ?? []))
  expect(ours.filter((name) => !named.has(name))).toEqual([])
  const known = new Set([...ours, ...Object.keys(launchKernels)])
  expect([...named].filter((name) => !known.has(name))).toEqual([])
})
