import { readFileSync } from 'node:fs'
import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { expect, test } from 'vitest'
import * as data from '../src/index.js'

type Run = (
  scope: typeof data,
  trainer: { fit(module: null, splits: Record<string, Iterable<data.Batch>>): Promise<void> },
  module: null,
) => Promise<void>

test('the code of the README runs and gives what it says', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const code = /```ts\nimport (\{.*?\}) from '@regimen\/data'\n(.*?)```/s.exec(readme)
  const run = new Function(
    'scope',
    'trainer',
    'module',
    `return (async () => { const ${code?.[1]} = scope\n${code?.[2]} })()`,
  ) as Run
  const seen: Record<string, number> = {}
  const fit = async (_: null, splits: Record<string, Iterable<data.Batch>>) => {
    for (const [name, loader] of Object.entries(splits)) {
      let rows = 0
      for (const batch of loader) {
        if (rows === 0) {
          expect(batch.x).toMatchObject({ dtype: 'float32', shape: [64, 28, 28, 1] })
          expect(batch.y).toMatchObject({ dtype: 'int32', shape: [64] })
        }
        rows += batch.y?.shape[0] ?? 0
        tf.dispose(batch)
      }
      seen[name] = rows
    }
  }
  await run(data, { fit }, null)
  expect(seen).toEqual({ train: 9000, validation: 1000 })
  expect(tf.memory().numTensors).toBe(0)
})
