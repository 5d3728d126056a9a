import type { TensorInfo } from '@tensorflow/tfjs-core'
import { expect, it } from 'vitest'
import { bytesOf, Recording } from '../../src/capture/recording.js'
import { Op } from '../../src/engine/op.js'

const tensor = (dtype: TensorInfo['dtype'] = 'float32', shape = [2, 3]): TensorInfo => ({
  dataId: {},
  shape,
  dtype,
})

it('numbers storages in their order: held, computed, constant', () => {
  const recording = new Recording()
  const [x, y, c, z] = [tensor(), tensor(), tensor('int32', [2]), tensor('bool')]
  recording.launched(Op.unary, 1, [y], [x], [1, 6], [0.5])
  recording.constant(c.dataId, Int32Array.of(1, 2))
  recording.launched(Op.product, 2, [z], [y, c, x], [], [])
  expect(recording.operations.map(({ writes, reads }) => [writes, reads])).toEqual([
    [[1], [0]],
    [[3], [1, 2, 0]],
  ])
  expect(recording.storages).toEqual([
    { kind: 'held', bytes: 24, dataId: x.dataId },
    { kind: 'computed', bytes: 24 },
    { kind: 'constant', bytes: 8, values: new Uint8Array([1, 0, 0, 0, 2, 0, 0, 0]) },
    { kind: 'computed', bytes: 6 },
  ])
  expect(recording.numberOf({ ...y, shape: [6] })).toBe(1)
  expect(recording.problem).toBeUndefined()
})

it('copies what it is given', () => {
  const recording = new Recording()
  const [values, integers] = [Float32Array.of(1), [1]]
  recording.constant({}, values)
  recording.launched(Op.fill, 1, [tensor()], [], integers, [])
  values[0] = 2
  integers[0] = 2
  const [storage] = recording.storages
  expect(storage?.kind === 'constant' && [...new Float32Array(storage.values.buffer)]).toEqual([1])
  expect(recording.operations[0]?.integers).toEqual([1])
})

it('a draw belongs to the next launch only', () => {
  const recording = new Recording()
  const draw = () => 5
  recording.launched(Op.fill, 1, [tensor()], [], [1], [])
  recording.drawn(draw)
  recording.launched(Op.randomSeed, 1, [tensor()], [], [5], [])
  recording.launched(Op.fill, 1, [tensor()], [], [1], [])
  expect(recording.operations.map((operation) => operation.draw)).toEqual([undefined, 0, undefined])
  expect(recording.draws).toEqual([draw])
})

it('refuses to write into what a step did not compute, and says the first problem', () => {
  const held = tensor()
  const recording = new Recording()
  recording.launched(Op.unary, 1, [tensor()], [held], [], [])
  recording.launched(Op.unary, 1, [held], [tensor()], [], [])
  expect(recording.problem).toBe('it writes into a tensor that it did not compute')
  recording.refuse('another')
  expect(recording.problem).toBe('it writes into a tensor that it did not compute')
})

it.each([
  ['float32', [2, 3], 24],
  ['int32', [], 4],
  ['bool', [2, 3], 6],
  ['float32', [0, 3], 0],
] as const)('a tensor of %s %o has %i bytes', (dtype, shape, bytes) => {
  expect(bytesOf(tensor(dtype, [...shape]))).toBe(bytes)
})
