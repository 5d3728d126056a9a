import * as tf from '@tensorflow/tfjs-core'
import { fail, messageOf } from '../floor/errors.js'
import needs from '../module/stage-needs.json' with { type: 'json' }

/** What tfjs says, and what it means: its errors have no code, so that their texts are all there is. */
const TEXTS = {
  kernel: /Kernel '(\w+)' not registered for backend '(\w+)'/,
  gradient: /gradient function not found for (\w+)/,
  dilation: /dilation rates greater than 1/,
} as const

const REGIMEN_KERNELS = Symbol.for('regimen.backend-wasm')

/**
 * Throws the error that says in our words what tfjs says in its own: a kernel that the backend lacks, a
 * gradient that nobody has. Returns where the text is another.
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
  const ways: Readonly<Record<string, string>> = needs.gradientless
  const instead = ways[kernel] ?? 'Compute it outside of the loss, or define it with tf.customGrad.'
  fail('REG_GRADIENT_MISSING.kernel', { kernel, instead }, { cause })
}

/** Calls a step outside of training, and says in our words what tfjs says in its own. */
export function explaining<T>(call: () => T): T {
  try {
    return call()
  } catch (cause) {
    explainTfjsError(cause)
    throw cause
  }
}

/** Engines that may have what this one lacks: never the one in use with all that it can have. */
function otherEngines(backend: string): string {
  const ours = '"wasm" (@regimen/backend-wasm)'
  if (backend !== 'wasm') return backend === 'cpu' ? ours : `${ours} or "cpu"`
  const product = tf.getKernel('BatchMatMul', 'wasm')
  return product && REGIMEN_KERNELS in product ? '"cpu"' : `${ours} or "cpu"`
}
