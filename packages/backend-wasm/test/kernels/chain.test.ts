import * as tf from '@tensorflow/tfjs-core'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { Binary, Place, Unary } from '../../src/engine/elementwise-function.js'
import { type Engine, engineOf } from '../../src/engine/engine.js'
import { Op } from '../../src/engine/op.js'
import type { WasmBackend } from '../../src/heap.js'
import { kernel, prepare, random } from '../support/compare.js'
import { litter } from '../support/litter.js'

beforeAll(prepare)
beforeEach(litter)

const wasm = () => tf.backend() as unknown as WasmBackend
const bits = (value: number) => new Int32Array(Float32Array.of(value).buffer)[0] as number

type Step = readonly [fn: number, out: number, a: number, b: number, p: number, q: number]

function chain(writes: tf.Tensor[], reads: tf.Tensor[], steps: readonly Step[]): void {
  const count = (writes[0] as tf.Tensor).size
  const perTask = 2048
  const engine = engineOf(wasm()) as Engine
  engine.launch(Op.chain, Math.ceil(count / perTask), writes, reads, [
    ...[count, perTask, steps.length],
    ...steps.flat(),
    writes.length + reads.length,
  ])
}

it.each([1, 3, 4, 1023, 1024, 1025, 2049, 7001])(
  'a chain over %i elements has the bits of its functions one by one',
  (size) => {
    const [x, y] = [random([size]), random([size], 2)]
    const scale = tf.scalar(-3.5)
    const [out, kept] = [tf.fill([size], Number.NaN), tf.fill([size], Number.NaN)]
    const { block, each, one } = Place
    const steps: Step[] = [
      [Binary.multiply, block, each + 2, one + 4, 0, 0],
      [Unary.sigmoid, block + 7, block, 0, 0, 0],
      [Unary.leakyRelu, block, block, 0, bits(0.3), 0],
      [Binary.subtract, each + 1, block + 7, each + 3, 0, 0],
      [Binary.divide, block, block, each + 1, 0, 0],
      [Unary.clip, each, block, 0, bits(-2), bits(2)],
    ]
    chain([out, kept], [x, y, scale], steps)
    const scaled = kernel('Multiply', { a: x, b: scale })
    const difference = kernel('Sub', { a: kernel('Sigmoid', { x: scaled }), b: y })
    const leaky = kernel('LeakyRelu', { x: scaled }, { alpha: 0.3 })
    const quotient = kernel('RealDiv', { a: leaky, b: difference })
    const clipped = kernel('ClipByValue', { x: quotient }, { clipValueMin: -2, clipValueMax: 2 })
    expect(kept.dataSync()).toEqual(difference.dataSync())
    expect(out.dataSync()).toEqual(clipped.dataSync())
  },
)

it('takes whole numbers, and an operand as its result', () => {
  const x = tf.tensor1d([1, -2, 3, 4, 5], 'int32')
  const { block, each } = Place
  chain(
    [x],
    [],
    [
      [Unary.squareInt, block, each, 0, 0, 0],
      [Binary.subtractInt, each, block, each, 0, 0],
      [Unary.intToFloat, each, each, 0, 0, 0],
      [Unary.floatToInt, each, each, 0, 0, 0],
    ],
  )
  expect([...x.dataSync()]).toEqual([0, 6, 6, 12, 20])
})
