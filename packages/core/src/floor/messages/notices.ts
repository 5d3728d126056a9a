import { quote } from '../quote.js'

/** Notices: texts of reports while the run continues. */
export const noticeMessages = {
  'notice.anew': () => 'There is no checkpoint yet: the run begins anew.',

  'notice.batchesSkipped': (v: { batch: number }) =>
    `The training loader has no state and restore: ${v.batch} batches are read and skipped ` +
    'to reach the position of the saved run. ' +
    'This is exact only if the loader yields the same batches again.',

  'notice.decided': (v: {
    epoch: number
    step: number
    plugin: string
    message: string
  }) =>
    `The snapshot was taken after ${v.epoch} epochs and ${v.step} steps, ` +
    `when ${v.plugin} had stopped the run (${v.message}): nothing is trained. ` +
    'To continue, change the options that it decides by, such as its patience, or remove it.',

  'notice.explain': (v: { options: string; plugins: string; loop: string }) =>
    `Options given: ${v.options}.\n\nPlugins, in order:\n${v.plugins}\n\n` +
    `The loop (* may replace a value; ends run in reverse plugin order):\n${v.loop}`,

  'notice.fewerBatches': (v: { place: string; count: number; size: number }) =>
    `${v.place} gave ${v.count} batches in an epoch, though its "size" says ${v.size}: ` +
    'shares of an epoch and what is shown go by the size.',

  'notice.kernels': (v: { backend: string; kernels: string }) =>
    `Backend "${v.backend}" lacks gradient kernels: ${v.kernels}. ` +
    'Models that need them cannot be trained on it; @regimen/backend-wasm has them.',

  'notice.minimum': (v: {
    plugin: string
    message: string
    unmet: string
    epoch: number
    step: number
  }) =>
    `Plugin ${quote(v.plugin)} asked to stop the run (${v.message}), ` +
    `but ${v.unmet} is not met yet after ${v.epoch} epochs and ${v.step} steps: ` +
    'training continues until then.',

  'notice.moreBatches': (v: { place: string; size: number }) =>
    `${v.place} has more batches than the ${v.size} that its "size" says: ` +
    'an epoch ends there, and the others are not used. ' +
    'Correct the size, or set limitBatches to end epochs early.',

  'notice.neverDue': (v: { every: string; most: number; counted: string }) =>
    `validateEvery (${v.every}) can never fall due: the run has at most ${v.most} ${v.counted}`,

  'notice.noLimit': () =>
    'No limit is set: the run ends after 1000 epochs. Set maxEpochs or maxSteps.',

  'notice.over': (v: { epoch: number; step: number; kind: string; limit: unknown }) =>
    `The snapshot was taken after ${v.epoch} epochs and ${v.step} steps, ` +
    `and ${v.kind} is ${v.limit}: nothing is trained. Raise ${v.kind} to continue.`,

  'notice.requestDropped': (v: { plugin: string; message: string }) =>
    `The saved run was to stop because plugin ${quote(v.plugin)} had asked for it ` +
    `(${v.message}). The plugin is no longer used, so the run continues.`,

  'notice.sameLoader': () =>
    'data.train is a function that gave the same loader again. ' +
    'It makes a loader for each epoch, ' +
    'so the position of that one is not restored between two epochs: pass the loader itself.',

  'notice.secondary': (v: { message: string }) =>
    `After the first error this failed too: ${v.message}`,

  'notice.sizes': (v: { sizes: readonly number[]; size: number }) =>
    `The batch holds tensors of different first dimensions (${v.sizes.join(', ')}); ` +
    `${v.size} is taken as its size. If that is wrong, pass batchSize to ctx.log.`,

  'notice.stateDropped': (v: { plugin: string }) =>
    `The snapshot has state of plugin ${quote(v.plugin)}, which is not used; ` +
    'that state is ignored.',

  'notice.subscriber': (v: { subscriber: string; event: string; message: string }) =>
    `Subscriber "${v.subscriber}" threw on "${v.event}": ${v.message}`,

  'notice.unvalidated': (v: { reason: string }) => `Nothing is validated: ${v.reason}.`,

  'notice.waiting': (v: { plugin: string; hook: string }) =>
    `Plugin ${quote(v.plugin)} has not finished in hook ${quote(v.hook)} for more than 5 s; ` +
    'the run waits for it. A promise that never resolves?',

  'notice.waits': (v: { plugin: string; hook: string; until: string }) =>
    `The run waits in hook ${quote(v.hook)} for plugin ${quote(v.plugin)} until ${v.until}.`,
}
