import { RegimenError, type TrainerOptions } from '@regimen/core'

/**
 * Options of a run over a few batches of everything: one epoch, no sanity check, a validation and a
 * log record in any case. What else the options say stays; a limit of 0 batches does not.
 */
export function trialOptions(options: TrainerOptions, batches: number): TrainerOptions {
  return {
    ...options,
    maxEpochs: 1,
    minEpochs: 0,
    maxSteps: batches,
    minSteps: 0,
    maxSeconds: Number.POSITIVE_INFINITY,
    // Left to its default, every epoch: the core warns of a given one without validation data.
    validateEvery: undefined,
    limitBatches: { train: batches, validation: batches, test: batches, predict: batches },
    sanityBatches: 0,
    logEvery: { steps: 1 },
  }
}

/**
 * Checks a number of batches.
 *
 * @throws REG_OPTION_INVALID for anything but a whole number from 1
 */
export function checkBatches(batches: unknown): number {
  if (typeof batches === 'number' && Number.isSafeInteger(batches) && batches >= 1) return batches
  const found = typeof batches === 'string' ? `"${batches}"` : String(batches)
  throw new RegimenError(
    'REG_OPTION_INVALID',
    `The option "batches" of fastDevRun is ${found}; give a whole number from 1.`,
    { data: { owner: 'fastDevRun', option: 'batches', found: batches } },
  )
}
