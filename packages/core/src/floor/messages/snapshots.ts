import { quote, quoteAll } from '../quote.js'

/** Texts on snapshots that do not fit, and state that cannot be saved. */
export const snapshotMessages = {
  'REG_CHECKPOINT_MISMATCH.epochs': (v: {
    source: string
    epoch: number
    maxEpochs: number
  }) =>
    `${v.source} was taken after ${v.epoch} epochs, but maxEpochs is ${v.maxEpochs}. ` +
    'Raise maxEpochs, or resume from an earlier one.',

  'REG_CHECKPOINT_MISMATCH.format': (v: { found: string }) =>
    `Not a snapshot of format 1: ${v.found}. ` +
    'Pass what snapshot() returned, "last", "best" or a path, or upgrade @regimen/core.',

  'REG_CHECKPOINT_MISMATCH.model': (v: { source: string; differences: string }) =>
    `${v.source} is of another model: ${v.differences}. ` +
    'Use the module that it was saved with, or omit resumeFrom to start again.',

  'REG_CHECKPOINT_MISMATCH.optimizer': (v: {
    source: string
    optimizer: string
    optimizers: readonly string[]
  }) =>
    `${v.source} has an optimizer ${quote(v.optimizer)}, ` +
    `configureOptimizers() made ${quoteAll(v.optimizers)}. ` +
    'Make the same optimizers, or omit resumeFrom to start again.',

  'REG_CHECKPOINT_MISMATCH.shape': (v: { fault: string }) =>
    `The snapshot is not complete: ${v.fault}. ` +
    'Pass what snapshot() returned, "last", "best" or a path.',

  'REG_CHECKPOINT_MISMATCH.slots': (v: { source: string; slots: readonly string[] }) =>
    `${v.source} has optimizer state that fits nothing here: ${quoteAll(v.slots)}. ` +
    'Use the module and the kind of optimizer that it was saved with, ' +
    'or omit resumeFrom to start again.',

  'REG_STATE_INVALID.hidden': (v: { optimizer: string }) =>
    `Optimizer ${quote(v.optimizer)} keeps tensors where they cannot be found, ` +
    'in private fields (#) or a closure, or leaves some behind in each step: ' +
    'no snapshot can be taken. Keep them in fields, maps or lists of the optimizer, ' +
    'or give it getWeights and setWeights.',

  'REG_STATE_INVALID.optimizer': (v: {
    optimizer: string
    place: string
    found: string
  }) =>
    `Optimizer ${quote(v.optimizer)} has in ${quote(v.place)} ${v.found}, ` +
    'which cannot be saved: no snapshot can be taken. ' +
    'Use maps, lists and plain objects made of tensors, numbers and strings, ' +
    'or give it getWeights and setWeights.',

  'REG_STATE_INVALID.value': (v: { place: string; found: string }) =>
    `${v.place} is ${v.found}; expected state made of ` +
    'null, booleans, numbers, strings, arrays and plain objects. ' +
    'Convert it in saveState and back in loadState.',
}
