import * as tf from '@tensorflow/tfjs-core'
import { mendAdadelta } from './adadelta.js'
import { broadcastGradients } from './broadcasting.js'
import { convolutionGradients } from './convolutions.js'
import { einsumGradient } from './einsum.js'
import { layoutGradients } from './layouts.js'
import { noSlopeGradients } from './no-slope.js'
import { poolingGradients } from './pooling.js'
import { randomGradients } from './randomness.js'
import { resizeGradients } from './resizing.js'
import { scanGradients } from './scans.js'
import { selectionGradients } from './selections.js'

const gradients: readonly tf.GradConfig[] = [
  ...broadcastGradients,
  ...convolutionGradients,
  einsumGradient,
  ...layoutGradients,
  ...noSlopeGradients,
  ...poolingGradients,
  ...randomGradients,
  ...resizeGradients,
  ...scanGradients,
  ...selectionGradients,
]

/**
 * Registers with tfjs the gradients that it lacks or has wrong, for all backends, and fixes the step of
 * `tf.train.adadelta`. A `Trainer` does this itself; without one, call it after every import of tfjs,
 * which registers the gradients of tfjs again.
 *
 * @example
 * installGradients()
 * tf.grad((x) => tf.cumprod(x, 1))(tf.ones([2, 3]))
 */
export function installGradients(): void {
  for (const gradient of gradients) {
    if (tf.getGradient(gradient.kernelName) === gradient) continue
    if (tf.getGradient(gradient.kernelName) !== undefined)
      tf.unregisterGradient(gradient.kernelName)
    tf.registerGradient(gradient)
  }
  mendAdadelta()
}
