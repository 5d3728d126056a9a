import { quote, quoteAll } from '../quote.js'

/** Texts on modules, steps, optimizers and the backend. */
export const trainingMessages = {
  'REG_BACKEND_MISSING.none': () =>
    'No tfjs backend is registered. ' +
    'Add wasm() of @regimen/backend-wasm, or import "@tensorflow/tfjs-backend-cpu".',

  'REG_GRADIENT_MISSING.dilation': () =>
    'tfjs has no gradient for a convolution with a dilation above 1. ' +
    'Use dilation 1 with a larger filter, or strides.',

  'REG_GRADIENT_MISSING.kernel': (v: { kernel: string; instead: string }) =>
    `tfjs has no gradient for ${quote(v.kernel)} on any backend. ${v.instead}`,

  'REG_GRADIENT_MISSING.layers': (v: { backend: string; hint: string }) =>
    `The model has layers that cannot be trained on the backend ${quote(v.backend)}.${v.hint}`,

  'REG_GRADIENT_MISSING.mean': () =>
    'tfjs has no gradient for "Mean": there are two copies of @tensorflow/tfjs-core. ' +
    '`regimen doctor` lists them.',

  'REG_GRADIENT_NONE.loss': (v: { optimizer: string; count: number }) =>
    `Optimizer ${quote(v.optimizer)} has ${v.count} variables, ` +
    'but the loss depends on none of them. ' +
    'Compute the loss with the variables themselves, not with values read from them.',

  'REG_KERNEL_MISSING.backend': (v: {
    backend: string
    kernel: string
    instead: string
  }) => `Backend ${quote(v.backend)} has no kernel ${quote(v.kernel)}. ${v.instead}`,

  'REG_LOSS_NOT_FINITE.step': (v: {
    loss: number
    batch: number
    hint: string
    epoch: number
    step: number
  }) =>
    `The loss is ${v.loss} in batch ${v.batch}${v.hint} of epoch ${v.epoch}, ` +
    `after ${v.step} steps. ` +
    'Lower the learning rate, or look for log(0) or 0/0 in the loss and for NaN in the data.',

  'REG_MODULE_INVALID.lacks': (v: {
    part: string
    stage: string
    foundText: string
    hint: string
  }) =>
    `The training module needs a function "${v.part}" for ${v.stage}; ${v.foundText}.${v.hint}`,

  'REG_MODULE_INVALID.variables': (v: { found: unknown }) =>
    `variables() returned ${quote(v.found)}; ` +
    "expected the model's tf.Variables as a list or by name.",

  'REG_OPTIMIZER_INVALID.frozen': (v: { optimizer: string; count: number }) =>
    `Optimizer ${quote(v.optimizer)} has ${v.count} variables, but none of them is trainable.`,

  'REG_OPTIMIZER_INVALID.instance': (v: { optimizer: string }) =>
    `Optimizer ${quote(v.optimizer)} is the same object in each run and has no getConfig, ` +
    'so that a trial would change it. Make a new one in configureOptimizers().',

  'REG_OPTIMIZER_INVALID.made': (v: { found: unknown }) =>
    `configureOptimizers() returned ${quote(v.found)}; ` +
    'expected a tf.Optimizer such as tf.train.adam(1e-3), or several by name.',

  'REG_OPTIMIZER_INVALID.none': (v: {
    optimizer: string
    variables: readonly string[]
  }) =>
    `No variable belongs to optimizer ${quote(v.optimizer)}, so it would train nothing. ` +
    `Start the names of its variables with ${quote(`${v.optimizer}/`)}, ` +
    `or pass them to ctx.optimize. There are ${quoteAll(v.variables)}.`,

  'REG_OPTIMIZER_INVALID.owner': (v: {
    variable: string
    optimizers: readonly string[]
  }) =>
    `Variable ${quote(v.variable)} belongs to none of ${quoteAll(v.optimizers)}; ` +
    'start its name with that of an optimizer and "/" ' +
    '(variables in a list are named by their index).',

  'REG_OPTIMIZER_INVALID.rate': (v: { optimizer: string; kind: string }) =>
    `Optimizer ${quote(v.optimizer)} (${v.kind}) has no number "learningRate", ` +
    'so it can have no schedule. Remove it from the schedules.',

  'REG_OPTIMIZER_INVALID.scheduled': (v: { optimizer: string; kind: string }) =>
    `Optimizer ${quote(v.optimizer)} (${v.kind}) has a function as "learningRate", ` +
    'so it needs no other schedule. Give it a number, or no schedule here.',

  'REG_OPTIMIZER_INVALID.shared': (v: {
    variable: string
    other: string
    optimizers: readonly string[]
  }) =>
    `Variable ${quote(v.variable)} is the same as ${quote(v.other)}, ` +
    `so it belongs to two of ${quoteAll(v.optimizers)}. Give it one name.`,

  'REG_OPTIMIZER_INVALID.twice': (v: { optimizers: readonly string[] }) =>
    'configureOptimizers() returned one optimizer under several names, ' +
    `${quoteAll(v.optimizers)}: it would count each batch several times. ` +
    'Make one for each name.',

  'REG_OPTIMIZER_INVALID.unknown': (v: {
    optimizer: string
    optimizers: readonly string[]
    hint: string
  }) =>
    `There is no optimizer ${quote(v.optimizer)}. ` +
    `configureOptimizers() made ${quoteAll(v.optimizers)}.${v.hint}`,

  'REG_STEP_OUTPUT.evaluation': (v: { place: string; found: unknown }) =>
    `${v.place} returned ${quote(v.found)}; expected metrics by name, the loss, or nothing.`,

  'REG_STEP_OUTPUT.manual': () =>
    'trainingStep returned a tensor; ' +
    'with automaticOptimization: false expected metrics by name, or nothing.',

  'REG_STEP_OUTPUT.promise': (v: { place: string }) =>
    `${v.place} returned a promise; it must be synchronous.`,

  'REG_STEP_OUTPUT.shape': (v: { place: string; shape: readonly number[] }) =>
    `${v.place} returned a loss of shape ${quote(v.shape)}; ` +
    'reduce it to a scalar, for example with tf.mean(loss).',

  'REG_STEP_OUTPUT.value': (v: { place: string; found: unknown }) =>
    `${v.place} returned ${quote(v.found)}; ` +
    'expected the loss as a tensor, alone or as { loss, ...metrics }.',
}
