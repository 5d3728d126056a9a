import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { type Engine, engineOf } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import type { Inputs, Kernel, WasmBackend } from '../heap.js'
import type { LaunchKernels } from './launch-kernels.js'
import { tasksFor } from './work.js'

const TWO_TO_32 = 2 ** 32
/** Bytes that a value is worth where it takes a random word. */
const BYTES_PER_WORD = 16

/** Kernels made of launches of `assembly/random.ts`; tfjs has none of them. */
export const randomKernels: LaunchKernels = {
  RandomDropout: () => randomDropout,
  RandomNormal: () => randomNormal,
  RandomSeed: () => randomSeed,
}

/** A seed (int32, `[1]`) made of one `Math.random()`. A captured step draws it anew in each replay. */
const randomSeed: Kernel = (_, backend) => {
  const engine = engineFor(backend)
  const out = backend.makeOutput([1], 'int32')
  const seed = engine.liveInteger(() => Math.floor(Math.random() * TWO_TO_32) | 0)
  engine.launch(Op.randomSeed, 1, [out], [], [seed])
  return out
}

/**
 * Drops each value of `x` (float32) with the probability `rate` and multiplies the others with `scale`, which is
 * `1 / (1 - rate)` unless it is given. Which are dropped depends on `seed` (int32, `[1]`) and their places alone:
 * Philox4x32-10 with the seed as its key. The gradient is the same kernel with the same seed.
 */
const randomDropout: Kernel = (inputs, backend, attributes) => {
  const { x, seed } = inputs as Inputs & { x: TensorInfo; seed: TensorInfo }
  const rate = attributes.rate as number
  const scale = (attributes.scale ?? 1 / (1 - rate)) as number
  const engine = engineFor(backend)
  const out = backend.makeOutput(x.shape, 'float32')
  const count = util.sizeFromShape(x.shape)
  const tasks = tasksFor(count, BYTES_PER_WORD * count)
  const threshold = Math.floor(rate * TWO_TO_32) | 0
  engine.launch(
    Op.randomDropout,
    tasks,
    [out],
    [x, seed],
    [count, tasks, threshold],
    [scale],
  )
  return out
}

/** Normal numbers (float32) of `shape`, `mean` and `deviation`, a function of `seed` (int32, `[1]`) and place. */
const randomNormal: Kernel = (inputs, backend, attributes) => {
  const { seed } = inputs as Inputs & { seed: TensorInfo }
  const { shape, mean, deviation } = attributes as unknown as {
    shape: number[]
    mean: number
    deviation: number
  }
  const engine = engineFor(backend)
  const out = backend.makeOutput(shape, 'float32')
  const count = util.sizeFromShape(shape)
  const tasks = tasksFor(count, BYTES_PER_WORD * count)
  engine.launch(Op.randomNormal, tasks, [out], [seed], [count, tasks], [mean, deviation])
  return out
}

function engineFor(backend: WasmBackend): Engine {
  const engine = engineOf(backend)
  if (engine === null)
    throw new Error('Random numbers on the engine need WebAssembly with SIMD.')
  return engine
}
