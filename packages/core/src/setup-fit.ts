import type { Optimizer } from '@tensorflow/tfjs-core'
import { checkSource, type FitData, limitedSize, namedSources } from './batch-source.js'
import { RegimenError } from './errors.js'
import { batchesOfShare, describeEvery, isNever } from './every.js'
import type { TrainingModule } from './module.js'
import { quote } from './nearest.js'
import { isUnlimited, type ResolvedOptions, type TrainerOptions } from './options.js'
import type { Reporter } from './plugin.js'

const SPLITS = ['train', 'validation', 'test', 'predict'] as const

/** The name of an only optimizer. */
export const MAIN = 'main'

/** Asks a module for its optimizers. @throws REG_OPTIMIZER_INVALID */
export function optimizersOf(module: TrainingModule<unknown>): Record<string, Optimizer> {
  const made: unknown = module.configureOptimizers()
  const named = isOptimizer(made) ? { [MAIN]: made } : made
  const isRecord = typeof named === 'object' && named !== null && !('then' in named)
  const entries = isRecord ? Object.entries(named) : []
  if (entries.length > 0 && entries.every(([, optimizer]) => isOptimizer(optimizer))) {
    return Object.fromEntries(entries)
  }
  throw new RegimenError(
    'REG_OPTIMIZER_INVALID',
    `configureOptimizers() returned ${quote(made)}; return a tf.Optimizer such as tf.train.adam(1e-3), or several by name.`,
  )
}

/** Checks the data of a fit. @throws REG_DATA_INVALID, REG_OPTION_INVALID */
export function checkFitData(data: FitData<unknown>, options: ResolvedOptions): void {
  if (typeof data !== 'object' || data === null || !('train' in data)) {
    throw new RegimenError(
      'REG_DATA_INVALID',
      `fit() was given ${quote(data)} as its data; give { train, validation? }.`,
    )
  }
  for (const key of Object.keys(data)) {
    if (!(SPLITS as readonly string[]).includes(key)) {
      throw new RegimenError(
        'REG_DATA_INVALID',
        `The data have a key ${quote(key)}; known are ${SPLITS.join(', ')}.`,
      )
    }
  }
  checkSource(data.train, 'data.train')
  if (options.limitBatches.train !== 0) trainBatchesOf(data, options)
  if (data.validation !== undefined) namedSources(data.validation, 'data.validation')
}

/** Batches of a training epoch, where they can be told before it begins. */
export function trainBatchesOf(
  data: FitData<unknown>,
  options: ResolvedOptions,
): number | undefined {
  if (typeof data.train === 'function') return undefined
  return limitedSize(data.train, options.limitBatches.train, 'data.train')
}

/** Batches of a validation over all its loaders, where they can be told. */
export function validationBatchesOf(
  data: FitData<unknown>,
  options: ResolvedOptions,
): number | undefined {
  if (data.validation === undefined || options.limitBatches.validation === 0) return 0
  let sum = 0
  for (const [name, source] of namedSources(data.validation, 'data.validation')) {
    if (typeof source === 'function') return undefined
    const place = name === undefined ? 'data.validation' : `data.validation.${name}`
    const size = limitedSize(source, options.limitBatches.validation, place)
    if (size === undefined) return undefined
    sum += size
  }
  return sum
}

/** Says what a user may not have meant: no limit, half a validation, a schedule that never falls due. */
export function adviseFit(
  report: Reporter,
  given: TrainerOptions,
  options: ResolvedOptions,
  module: TrainingModule<unknown>,
  data: FitData<unknown>,
): void {
  if (isUnlimited(given)) {
    report.warn(
      'maxEpochs was not given; the run ends after 1000 epochs. Give maxEpochs, maxSteps or maxSeconds.',
    )
  }
  if (data.validation !== undefined && !module.validationStep) {
    report.warn(
      'There are validation data, but the module has no validationStep; nothing is validated.',
    )
  }
  if (data.validation === undefined && module.validationStep) {
    report.warn(
      'The module has a validationStep, but there are no validation data; nothing is validated.',
    )
  }
  const reason = neverDue(given, options, data)
  if (reason) {
    report.warn(
      `validateEvery (${describeEvery(options.validateEvery)}) can never fall due: ${reason}.`,
    )
  }
}

function neverDue(
  given: TrainerOptions,
  options: ResolvedOptions,
  data: FitData<unknown>,
): string | undefined {
  const { validateEvery: every, maxEpochs, maxSteps, maxSeconds } = options
  if (isNever(every)) return undefined
  if (data.validation === undefined) {
    return given.validateEvery ? 'there are no validation data' : undefined
  }
  const epochSize = trainBatchesOf(data, options)
  if ('epochs' in every) {
    if (every.epochs >= 1) return every.epochs > maxEpochs ? `maxEpochs is ${maxEpochs}` : undefined
    if (epochSize === undefined) return undefined
    const batches = batchesOfShare(every.epochs, epochSize)
    return batches > maxSteps ? `maxSteps is ${maxSteps}` : undefined
  }
  if ('seconds' in every) {
    return every.seconds > maxSeconds ? `maxSeconds is ${maxSeconds}` : undefined
  }
  if (every.steps > maxSteps) return `maxSteps is ${maxSteps}`
  const steps = epochSize === undefined ? Number.POSITIVE_INFINITY : epochSize * maxEpochs
  return every.steps > steps ? `the run has at most ${steps} steps` : undefined
}

function isOptimizer(value: unknown): value is Optimizer {
  return typeof (value as Partial<Optimizer> | null)?.applyGradients === 'function'
}
