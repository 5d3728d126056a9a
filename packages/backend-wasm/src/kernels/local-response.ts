import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { engineOf } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import type { Attributes, Inputs, Kernel } from '../heap.js'
import { tasksFor } from './work.js'

/** Channels and twice the radius that fit into a thread's own memory, two rows of them. */
const MOST_CHANNELS = 2 ** 15

/** `localResponseNormalization` over the last axis, float32. */
export function localResponse(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x } = inputs as Inputs & { x: TensorInfo }
    const engine = engineOf(backend)
    if (engine === null || !isKnown([x], attributes)) {
      return fallback(inputs, backend, attributes)
    }
    const out = backend.makeOutput(x.shape, 'float32')
    const { tasks, integers, floats } = wordsOf(x, attributes)
    engine.launch(Op.localResponse, tasks, [out], [x], integers, floats)
    return out
  }
}

/** The gradient of {@link localResponse} by its input. */
export function localResponseGradient(fallback: Kernel): Kernel {
  return (inputs, backend, attributes) => {
    const { x, y, dy } = inputs as Inputs & Record<'x' | 'y' | 'dy', TensorInfo>
    const engine = engineOf(backend)
    if (engine === null || !isKnown([x, y, dy], attributes)) {
      return fallback(inputs, backend, attributes)
    }
    const out = backend.makeOutput(x.shape, 'float32')
    const { tasks, integers, floats } = wordsOf(x, attributes)
    engine.launch(Op.localResponseGradient, tasks, [out], [x, y, dy], integers, floats)
    return out
  }
}

/** A base above zero has a logarithm, by which the power is computed. */
function isKnown(tensors: readonly TensorInfo[], attributes: Attributes): boolean {
  const { depthRadius, bias, alpha } = attributes as Record<string, number>
  const channels = tensors[0]?.shape.at(-1) as number
  return (
    tensors.every(({ dtype }) => dtype === 'float32') &&
    Number.isInteger(depthRadius) &&
    (bias as number) > 0 &&
    (alpha as number) >= 0 &&
    channels + 2 * (depthRadius as number) <= MOST_CHANNELS
  )
}

function wordsOf(x: TensorInfo, attributes: Attributes) {
  const { depthRadius, bias, alpha, beta } = attributes as Record<
    'depthRadius' | 'bias' | 'alpha' | 'beta',
    number
  >
  const channels = x.shape.at(-1) as number
  const pixels = util.sizeFromShape(x.shape.slice(0, -1))
  const tasks = tasksFor(pixels, 64 * pixels * channels)
  return {
    tasks,
    integers: [pixels, channels, depthRadius, tasks],
    floats: [bias, alpha, beta],
  }
}
