import * as tf from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { lifecycle, type TrainerEvent } from '../../src/index.js'
import { lab, onCpu, rejection } from '../helpers/lab.js'
import { lineBatches, lineModule } from '../helpers/line.js'

onCpu()

/** Paths at which a value holds tensors, through properties, prototype getters, maps and lists. */
function tensorsIn(value: unknown, path: string, walked = new Set<unknown>()): string[] {
  if (typeof value !== 'object' || value === null || walked.has(value)) return []
  walked.add(value)
  if (value instanceof tf.Tensor) return [path]
  if (ArrayBuffer.isView(value)) return []
  if (value instanceof Map || value instanceof Set) {
    return [...value].flatMap((item, index) => tensorsIn(item, `${path}[${index}]`, walked))
  }
  const keys = new Set<PropertyKey>(Reflect.ownKeys(value))
  for (
    let prototype: unknown = Object.getPrototypeOf(value);
    prototype && prototype !== Object.prototype && !isBuiltIn(prototype);
    prototype = Object.getPrototypeOf(prototype)
  ) {
    for (const key of Reflect.ownKeys(prototype as object)) keys.add(key)
  }
  return [...keys].flatMap((key) =>
    tensorsIn(Reflect.get(value, key, value), `${path}.${String(key)}`, walked),
  )
}

function isBuiltIn(prototype: unknown): boolean {
  return (
    prototype === Array.prototype ||
    prototype === Error.prototype ||
    prototype === Promise.prototype
  )
}

it('finds tensors behind prototype getters, maps and lists', () => {
  class Hidden {
    get deep() {
      return { list: [new Map([['key', tf.zeros([1])]])] }
    }
  }
  tf.tidy(() => {
    expect(tensorsIn(new Hidden(), 'event')).toEqual(['event.deep.list.0[0].1'])
  })
})

it('holds no tensor in any event of a fit, validate, test, predict and failure', async () => {
  const module = lineModule()
  const { trainer } = lab({ maxEpochs: 2, sanityBatches: 1, logEvery: { steps: 1 } })
  const found: string[] = []
  const names = new Set<string>()
  // `run` of setup is the run itself: module, variables, optimizers. Only setup may hold it.
  const look = (event: TrainerEvent) => {
    names.add(event.name)
    const { run: _, ...told } = event as { run?: unknown; name: string }
    found.push(...tensorsIn(told, event.name))
  }
  trainer.events$.subscribe(look)
  await trainer.fit(module, { train: lineBatches(2), validation: lineBatches(2) })
  const snapshot = await trainer.snapshot()
  await trainer.fit(module, { train: lineBatches(1) }, { resumeFrom: snapshot })
  await trainer.validate(module, lineBatches(1))
  await trainer.test(module, lineBatches(1))
  for await (const output of trainer.predict(module, lineBatches(1)))
    tf.dispose(output as tf.Tensor)
  await rejection(trainer.fit(module, { train: [] }))
  expect(found).toEqual([])
  const missing = Object.entries(lifecycle).filter(
    ([name, { kind }]) => (kind === 'series' || kind === 'stream') && !names.has(name),
  )
  expect(missing.map(([name]) => name)).toEqual(['stopRequested'])
  module.dispose()
})
