import { quote } from '../quote.js'

/** Texts on batches and their sources. */
export const dataMessages = {
  'REG_BATCH_DISPOSED.again': () =>
    'A batch holds a disposed tensor. The trainer disposes of each batch after use; ' +
    'a source that gives the same tensors again must say so with ownsBatches: true.',

  'REG_BATCH_SIZE.mean': (v: { metric: string }) =>
    `The mean of ${quote(v.metric)} is weighted by batch size, which cannot be inferred. ` +
    'Pass batchSize to ctx.log, or use batches of tensors or arrays.',

  'REG_DATA_EMPTY.evaluation': (v: { place: string }) =>
    `${v.place} gave no batch. An iterator can be used only once: ` +
    'pass a function that makes one, or something that can be iterated again.',

  'REG_DATA_EMPTY.train': (v: { epoch: number }) =>
    `data.train gave no batch in epoch ${v.epoch}. ` +
    "An iterator, such as a generator function's, can be used only once: " +
    'pass the function itself, or something whose [Symbol.iterator] starts again.',

  'REG_DATA_FAILED.restore': (v: { place: string; message: string }) =>
    `${v.place} cannot resume at the position of the saved run: ${v.message} ` +
    `To use other batches, pass a function as ${v.place}, which makes a loader when it is needed: ` +
    'its position is not restored between two epochs.',

  'REG_DATA_FAILED.restoreMidEpoch': (v: { place: string; message: string }) =>
    `${v.place} cannot resume at the position of the saved run, in the middle of an epoch: ${v.message} ` +
    'Other batches can be used from a snapshot that was taken between two epochs, ' +
    `with a function as ${v.place}, which makes a loader for each epoch.`,

  'REG_DATA_FAILED.tooFew': (v: {
    place: string
    count: number
    epoch: number
    batch: number
  }) =>
    `${v.place} gives ${v.count} batches in epoch ${v.epoch}, ` +
    `but the saved run had used ${v.batch} of that epoch. ` +
    'To resume in the middle of an epoch, pass the data that it was saved with, ' +
    'and limitBatches as it was; ' +
    'other data can be used from a snapshot that was taken between two epochs.',

  'REG_DATA_INVALID.fit': (v: { found: unknown; hint: string }) =>
    `The data of a fit are ${quote(v.found)}; ` +
    `expected { train, validation?, test?, predict? }.${v.hint}`,

  'REG_DATA_INVALID.name': (v: { place: string }) =>
    `${v.place} has a loader with an empty name; ` +
    'expected a name, under which its metrics are reported.',

  'REG_DATA_INVALID.once': (v: { place: string }) =>
    `${v.place} can be used only once, so that a trial would take batches from the run. ` +
    'Pass a function that makes an iterator, or something whose [Symbol.iterator] starts again.',

  'REG_DATA_INVALID.size': (v: { place: string; found: unknown }) =>
    `${v.place}: "size" is ${quote(v.found)}; expected the number of batches of an epoch, ` +
    'a non-negative integer, or nothing if it is not known.',

  'REG_DATA_INVALID.source': (v: { place: string; found: unknown }) =>
    `${v.place} is ${quote(v.found)}; expected something iterable or async iterable, ` +
    'a tf.data.Dataset, or a function that makes one per epoch.',
}
