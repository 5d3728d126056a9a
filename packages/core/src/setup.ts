import * as tf from '@tensorflow/tfjs-core'
import { checkSource, type FitData, limitedSize, namedSources } from './batch-source.js'
import { fail } from './errors.js'
import { amountOf, batchesOfShare, describeEvery, isWithinEpoch } from './every.js'
import type { TrainingModule } from './module.js'
import { quote, suggestion } from './nearest.js'
import { isUnlimited, type ResolvedOptions } from './options.js'
import type { Reporter } from './plugin.js'
import type { RunParts } from './run.js'
import type { Stage } from './run-state.js'

const SPLITS = ['train', 'validation', 'test', 'predict']
const REQUIRED = {
  fit: ['trainingStep', 'variables', 'configureOptimizers'],
  validate: ['validationStep', 'variables'],
  test: ['testStep', 'variables'],
  predict: ['predictStep', 'variables'],
}
/** Kernels that only gradients need, which some backends lack (stock wasm: most of them). */
const GRADIENT_KERNELS = [
  ...['Conv2DBackpropFilter', 'Conv2DBackpropInput', 'DepthwiseConv2dNativeBackpropFilter'],
  ...['DepthwiseConv2dNativeBackpropInput', 'UnsortedSegmentSum', 'MaxPoolGrad', 'AvgPoolGrad'],
]

/** Checks that a module has what a stage needs. @throws REG_MODULE_INVALID */
export function checkModule(given: unknown, stage: Stage): TrainingModule<unknown> {
  const isObject = typeof given === 'object' && given !== null
  const module = (given ?? {}) as Readonly<Record<string, unknown>>
  const lacking = REQUIRED[stage].find((part) => typeof module[part] !== 'function')
  if (lacking === undefined) return given as TrainingModule<unknown>
  const part = module[lacking] === undefined ? 'none' : quote(module[lacking])
  const found = isObject ? `it has ${part}` : `${quote(given)} was given`
  const text = `The training module needs a function "${lacking}" for ${stage}; ${found}.`
  return fail('REG_MODULE_INVALID', text + suggestion(lacking, Object.keys(module)))
}

/**
 * Waits for the backend and says which gradient kernels it lacks.
 *
 * @returns the name of the backend
 * @throws REG_BACKEND_MISSING, REG_GRADIENT_MISSING
 */
export async function preflight(report: Reporter, isTraining: boolean): Promise<string> {
  try {
    await tf.ready()
  } catch (cause) {
    const advice = 'Add wasm() of @regimen/backend-wasm, or import "@tensorflow/tfjs-backend-cpu"'
    fail('REG_BACKEND_MISSING', `No tfjs backend is registered. ${advice}.`, { cause })
  }
  const backend = tf.getBackend()
  if (!isTraining) return backend
  if (!tf.getGradient('Mean')) {
    const why = 'there are two copies of @tensorflow/tfjs-core. `regimen doctor` lists them'
    fail('REG_GRADIENT_MISSING', `tfjs has no gradient for "Mean": ${why}.`)
  }
  const known = new Set(tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName))
  const lacking = GRADIENT_KERNELS.filter((kernel) => !known.has(kernel))
  if (lacking.length > 0) {
    const advice = 'Models that need them cannot be trained on it; @regimen/backend-wasm has them'
    report.info(`Backend "${backend}" lacks gradient kernels: ${lacking.join(', ')}. ${advice}.`)
  }
  return backend
}

/** Asks a module for its optimizers; an only one has the name `main`. @throws REG_OPTIMIZER_INVALID */
export function optimizersOf(module: TrainingModule<unknown>): Record<string, tf.Optimizer> {
  const isOptimizer = (value: unknown): value is tf.Optimizer =>
    typeof (value as Partial<tf.Optimizer> | null)?.applyGradients === 'function'
  const made: unknown = module.configureOptimizers()
  const named: Record<string, unknown> = isOptimizer(made) ? { main: made } : Object(made)
  const all = Object.values(named)
  if (all.length > 0 && all.every(isOptimizer)) return named as Record<string, tf.Optimizer>
  const advice = 'return a tf.Optimizer such as tf.train.adam(1e-3), or several by name'
  const text = `configureOptimizers() returned ${quote(made)}; ${advice}.`
  return fail('REG_OPTIMIZER_INVALID', text)
}

/** Checks the data of a fit. @throws REG_DATA_INVALID, REG_OPTION_INVALID */
export function checkFitData(data: FitData<unknown>, options: ResolvedOptions): void {
  const keys = typeof data === 'object' && data !== null ? Object.keys(data) : []
  const unknown = keys.find((key) => !SPLITS.includes(key))
  if (unknown !== undefined || !keys.includes('train')) {
    const hint = unknown === undefined ? '' : suggestion(unknown, SPLITS)
    const text = `The data of a fit are ${quote(data)}; give { train, validation?, test?, predict? }.`
    fail('REG_DATA_INVALID', text + hint)
  }
  checkSource(data.train, 'data.train')
  trainBatchesOf(data, options)
  if (data.validation !== undefined) namedSources(data.validation, 'data.validation')
}

/** Batches of a training epoch, where they can be told before it begins. */
export function trainBatchesOf({ train }: FitData<unknown>, { limitBatches }: ResolvedOptions) {
  return typeof train === 'function'
    ? undefined
    : limitedSize(train, limitBatches.train, 'data.train')
}

/** Batches of a validation over all its loaders, where they can be told. */
export function validationBatchesOf({ validation }: FitData<unknown>, options: ResolvedOptions) {
  const limit = options.limitBatches.validation
  const sources = validation === undefined ? [] : namedSources(validation, 'data.validation')
  const sum = sources.reduce((total, { source, place }) => {
    const size = typeof source === 'function' ? undefined : limitedSize(source, limit, place)
    return total + (size ?? Number.NaN)
  }, 0)
  return Number.isNaN(sum) ? undefined : sum
}

/** Says what a user may not have meant: no limit, half a validation, a schedule that never falls due. */
export function adviseFit(parts: RunParts, data: FitData<unknown>): void {
  const { report, given, options, module } = parts
  if (isUnlimited(given)) {
    report.warn('No limit was given: the run ends after 1000 epochs. Set maxEpochs or maxSteps.')
  }
  const [hasData, hasStep] = [data.validation !== undefined, module.validationStep !== undefined]
  if (hasData && !hasStep) report.warn('Nothing is validated: the module has no validationStep.')
  if (!hasData && hasStep) report.warn('Nothing is validated: there are no validation data.')
  const every = describeEvery(options.validateEvery)
  const isAsked = hasData || given.validateEvery !== undefined
  const reason = hasData ? neverDue(options, trainBatchesOf(data, options)) : 'there are no data'
  if (isAsked && reason) report.warn(`validateEvery (${every}) can never fall due: ${reason}.`)
}

function neverDue(options: ResolvedOptions, size = Number.POSITIVE_INFINITY) {
  const { validateEvery: every, maxEpochs, maxSteps, maxSeconds } = options
  const amount = amountOf(every)
  if (amount === 0) return undefined
  if ('seconds' in every) return amount > maxSeconds ? `maxSeconds is ${maxSeconds}` : undefined
  if (!isWithinEpoch(every)) return amount > maxEpochs ? `maxEpochs is ${maxEpochs}` : undefined
  const share = Number.isFinite(size) && 'epochs' in every ? batchesOfShare(amount, size) : 0
  const steps = 'steps' in every ? amount : share
  if (steps > maxSteps) return `maxSteps is ${maxSteps}`
  const most = size * maxEpochs
  return steps > most ? `the run has at most ${most} steps` : undefined
}
