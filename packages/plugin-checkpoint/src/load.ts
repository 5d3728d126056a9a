import { describeFileError, quote, RegimenError, type Snapshot } from '@regimen/core'
import { find } from './finder.js'
import { openSnapshot } from './snapshot-file.js'
import type { CheckpointStore } from './store.js'

/** A checkpoint in a store: a label of its latest run, or a name such as `version_0/last.safetensors`. */
export interface StoreReference {
  readonly store: CheckpointStore
  readonly name: string
}

/**
 * Reads a checkpoint and verifies every byte of it.
 *
 * @param reference a path, relative to the current folder unless absolute, or what a store holds
 * @throws REG_CHECKPOINT_MISSING, REG_CHECKPOINT_DAMAGED
 * @example
 * ```ts no-run
 * const { meta, tensors } = await loadCheckpoint('runs/mnist/version_0/best.safetensors')
 * tensors['module/dense_1/kernel'] // { dtype: 'float32', shape: [784, 10], data: Float32Array }
 * ```
 */
export async function loadCheckpoint(
  reference: string | StoreReference,
): Promise<Snapshot> {
  if (typeof reference !== 'string' && typeof reference?.store?.read !== 'function') {
    const advice = 'give the path of a checkpoint, or { store, name }'
    const text = `loadCheckpoint was given ${quote(reference)}; ${advice}.`
    throw new RegimenError('REG_CHECKPOINT_MISSING', text, { data: { reference } })
  }
  if (typeof reference !== 'string') {
    const { store, name } = reference
    const where = { prefix: '', folder: undefined, mode: undefined, fallback: false }
    return (await find({ store, ...where, warn: () => {} }, name)).snapshot
  }
  const { readPath } = await import('#file-system')
  const { path, bytes } = await readPath(reference).catch((thrown: Error) => {
    const text = `"${reference}" could not be read: ${describeFileError(thrown, 'path')}.`
    throw new RegimenError('REG_CHECKPOINT_MISSING', text, {
      cause: thrown,
      data: { reference },
    })
  })
  if (bytes) return openSnapshot(bytes, reference)
  const text = `There is no checkpoint "${reference}": ${path} does not exist.`
  throw new RegimenError('REG_CHECKPOINT_MISSING', text, { data: { reference, path } })
}
