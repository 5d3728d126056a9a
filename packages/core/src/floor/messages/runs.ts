import { quote, quoteAll } from '../quote.js'

/** Texts on calls and snapshots at the wrong time. */
export const runMessages = {
  'REG_BUSY.call': (v: { call: string; stage: string }) =>
    `${v.call} was called while ${v.stage} is running. Wait for it.`,

  'REG_BUSY.loader': () =>
    'The position of data.train before the failed batch was not kept. ' +
    'It is kept if a plugin or trainer.hooks.error.tap() taps "error".',

  'REG_BUSY.moved': () =>
    'The run continued while a snapshot was copied: the snapshot is not of one moment. ' +
    'Await snapshot() in the hook that asks for it, best in save.',

  'REG_BUSY.opening': () =>
    'A snapshot was asked for before the run had its state; ' +
    'ask in fitStart or later, best in save.',

  'REG_BUSY.sanity': () =>
    'A snapshot was asked for in the sanity check, which a resumed run skips; ' +
    'ask in fitStart or later, best in save.',

  'REG_BUSY.step': () =>
    'A snapshot was asked for in the middle of a step; ' +
    "ask in save, which a plugin's requestSave() asks for.",

  'REG_BUSY.torn': (v: { batch: number; epoch: number; newest: string }) =>
    `Batch ${v.batch} of epoch ${v.epoch} failed after weights had been changed, ` +
    'so that a run resumed from them would train on it twice: no snapshot can be taken. ' +
    `Resume from one that was taken in save. ${v.newest}.`,

  'REG_BUSY.tornPlugin': (v: { plugin: string; hook: string }) =>
    `Plugin ${quote(v.plugin)} keeps state and failed in ${v.hook}, ` +
    'which is not called again for that batch: no snapshot can be taken. ' +
    'Resume from one that was taken in save.',

  'REG_BUSY.tornPlugins': (v: {
    batch: number
    epoch: number
    plugins: readonly string[]
    newest: string
  }) =>
    `Batch ${v.batch} of epoch ${v.epoch} failed after plugins that keep state had received it, ` +
    `${quoteAll(v.plugins)}, which would receive it twice in a run resumed from it: ` +
    `no snapshot can be taken. Resume from one that was taken in save. ${v.newest}.`,

  'REG_BUSY.turn': (v: { hook: string; plugins: readonly string[] }) =>
    `A snapshot was asked for in ${v.hook} before these plugins ` +
    `that keep state had been called: ${quoteAll(v.plugins)}. ` +
    "Ask in save, which a plugin's requestSave() asks for.",

  'REG_BUSY.weights': () =>
    'Weights were changed since the last batch, by a plugin or by hand: ' +
    'they belong to no state that can be resumed from. Ask in save.',

  'REG_DISPOSED.call': (v: { call: string }) =>
    `${v.call} was called after dispose(). Make a new Trainer.`,

  'REG_INTERRUPTED.evaluation': (v: { stage: string; batches: number; reason: string }) =>
    `${v.stage}() was interrupted after ${v.batches} batches: ${v.reason}. ` +
    'The metrics so far are in error.data.metrics.',

  'REG_INTERRUPTED.predict': (v: { stage: string; batches: number; reason: string }) =>
    `${v.stage}() was interrupted after ${v.batches} batches: ${v.reason}.`,

  'REG_NOT_RUNNING.call': (v: { call: string }) =>
    `${v.call} was called outside a run; call it in a hook.`,

  'REG_NOT_RUNNING.replaced': (v: { stage: string }) =>
    `The weights of the last fit were replaced by those of a checkpoint for ${v.stage}(), ` +
    'so its state can no longer be saved. Take the snapshot before that.',

  'REG_NOT_RUNNING.snapshot': () => 'There is nothing to save before a fit.',
}
