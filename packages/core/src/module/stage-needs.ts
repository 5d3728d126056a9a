import type { Stage } from '../state/run-state.js'

/** The functions that a module must have, by stage. */
export const neededFunctions: Readonly<Record<Stage, readonly string[]>> = {
  fit: ['trainingStep', 'variables', 'configureOptimizers'],
  validate: ['validationStep', 'variables'],
  test: ['testStep', 'variables'],
  predict: ['predictStep', 'variables'],
}

/** Kernels that the backward passes of common layers call, and that not every backend has. */
export const gradientKernels: readonly string[] = [
  'Conv2DBackpropFilter',
  'Conv2DBackpropInput',
  'DepthwiseConv2dNativeBackpropFilter',
  'DepthwiseConv2dNativeBackpropInput',
  'UnsortedSegmentSum',
  'MaxPoolGrad',
  'AvgPoolGrad',
]

/** Kernels that tfjs has no gradient for on any backend, and what to use instead. */
export const gradientlessKernels: Readonly<Partial<Record<string, string>>> = {
  DenseBincount: 'Use tf.oneHot and tf.matMul.',
  RotateWithOffset: 'Turn the data before the model.',
  SparseToDense: 'Use tf.oneHot and tf.matMul.',
  Transform: 'Use tf.image.cropAndResize, or transform the data before the model.',
}
