import * as tf from '@tensorflow/tfjs-core'

/** Kernels of engines that make random numbers. Dropout's gradient is dropout with the same seed. */
export const randomGradients: readonly tf.GradConfig[] = [
  {
    kernelName: 'RandomDropout',
    inputsToSave: ['seed'],
    gradFunc: (dy, saved, attributes) => ({
      x: () =>
        tf
          .engine()
          .runKernel(
            'RandomDropout',
            { x: dy as tf.Tensor, seed: saved[0] as tf.Tensor },
            attributes,
          ),
    }),
  },
]
