import * as tf from '@tensorflow/tfjs-core'
import { RegimenError } from './errors.js'
import type { Reporter } from './plugin.js'

/** Kernels that only gradients need, which some backends lack (stock wasm: all of them). */
const GRADIENT_KERNELS = [
  'Conv2DBackpropFilter',
  'Conv2DBackpropInput',
  'DepthwiseConv2dNativeBackpropFilter',
  'DepthwiseConv2dNativeBackpropInput',
  'UnsortedSegmentSum',
  'MaxPoolGrad',
  'AvgPoolGrad',
]

/**
 * Waits for the backend and says which gradient kernels it lacks.
 *
 * @returns the name of the backend
 * @throws REG_BACKEND_MISSING, REG_GRADIENT_MISSING
 */
export async function preflight(report: Reporter, isTraining: boolean): Promise<string> {
  try {
    await tf.ready()
  } catch (thrown) {
    throw new RegimenError(
      'REG_BACKEND_MISSING',
      'No tfjs backend is registered. Add plugins: [wasm()] from @regimen/backend-wasm, set accelerator in the config, or import "@tensorflow/tfjs-backend-cpu".',
      { cause: thrown },
    )
  }
  const backend = tf.getBackend()
  if (!isTraining) return backend
  if (!tf.getGradient('Mean')) {
    throw new RegimenError(
      'REG_GRADIENT_MISSING',
      'tfjs has no gradient for "Mean", though @regimen/core registers them all: there are two copies of @tensorflow/tfjs-core. `regimen doctor` lists them.',
    )
  }
  const known = new Set(tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName))
  const lacking = GRADIENT_KERNELS.filter((kernel) => !known.has(kernel))
  if (lacking.length > 0) {
    report.info(
      `Backend "${backend}" lacks these gradient kernels: ${lacking.join(', ')}. Models that need them cannot be trained on it; the engine of @regimen/backend-wasm has them.`,
    )
  }
  return backend
}
