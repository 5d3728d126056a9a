import * as tf from '@tensorflow/tfjs-core'
import { fail, say } from '../floor/errors.js'
import type { Reporter } from '../hooks/report.js'
import { gradientKernels } from '../module/stage-needs.js'
import type { Stage } from '../state/run-state.js'

/** Waits for the backend and says which gradient kernels it lacks. @throws REG_BACKEND_MISSING, REG_GRADIENT_MISSING */
export async function preflight(stage: Stage, report: Reporter): Promise<void> {
  await tf.ready().catch((cause) => fail('REG_BACKEND_MISSING.none', {}, { cause }))
  if (stage !== 'fit') return
  if (!tf.getGradient('Mean')) fail('REG_GRADIENT_MISSING.mean')
  const backend = tf.getBackend()
  const known = new Set(
    tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName),
  )
  const kernels = gradientKernels.filter((kernel) => !known.has(kernel)).join(', ')
  if (kernels) report.info(say('notice.kernels', { backend, kernels }))
}
