import * as tf from '@tensorflow/tfjs-core'
import { fail, messageOf } from '../floor/errors.js'
import { gradientlessKernels } from '../module/stage-needs.js'

/** Texts of tfjs errors that we explain: errors of tfjs have no code, only a text. */
const TEXTS = {
  kernel: /Kernel '(\w+)' not registered for backend '(\w+)'/,
  gradient: /gradient function not found for (\w+)/,
  dilation: /dilation rates greater than 1/,
} as const

const REGIMEN_KERNELS = Symbol.for('regimen.backend-wasm')

/**
 * Throws our error for a known error of tfjs: a kernel that the backend lacks, or a gradient that no
 * backend has. Returns if the error is another.
 *
 * @throws REG_KERNEL_MISSING, REG_GRADIENT_MISSING
 */
export function explainTfjsError(cause: unknown): void {
  const text = messageOf(cause)
  const [, missing, backend] = TEXTS.kernel.exec(text) ?? []
  if (missing && backend) {
    const instead = `Use the accelerator ${otherEngines(backend)}.`
    fail('REG_KERNEL_MISSING.backend', { kernel: missing, backend, instead }, { cause })
  }
  if (TEXTS.dilation.test(text)) fail('REG_GRADIENT_MISSING.dilation', {}, { cause })
  const [, kernel] = TEXTS.gradient.exec(text) ?? []
  if (!kernel) return
  const otherwise = 'Compute it outside of the loss, or define it with tf.customGrad.'
  const instead = gradientlessKernels[kernel] ?? otherwise
  fail('REG_GRADIENT_MISSING.kernel', { kernel, instead }, { cause })
}

/** Calls a step outside of training and explains errors of tfjs. @throws as {@link explainTfjsError} */
export function explaining<T>(call: () => T): T {
  try {
    return call()
  } catch (cause) {
    explainTfjsError(cause)
    throw cause
  }
}

/** Names accelerators that may have the missing kernel, never the one in use. */
function otherEngines(backend: string): string {
  const ours = '"wasm" (@regimen/backend-wasm)'
  if (backend !== 'wasm') return backend === 'cpu' ? ours : `${ours} or "cpu"`
  const product = tf.getKernel('BatchMatMul', 'wasm')
  return product && REGIMEN_KERNELS in product ? '"cpu"' : `${ours} or "cpu"`
}
