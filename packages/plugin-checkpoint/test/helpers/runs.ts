import {
  definePlugin,
  type FitOptions,
  type FitResult,
  type PluginEntry,
  Trainer,
  type TrainerOptions,
} from '@regimen/core'
import { type CheckpointOptions, checkpoint } from '../../src/index.js'
import { curve, type Net, net } from './net.js'

/** A short run: 3 batches an epoch, validated at its end. */
export interface ShortRun extends FitOptions {
  readonly checkpoint?: CheckpointOptions
  /** Options of the trainer; its plugins come after the checkpoint. */
  readonly trainer?: TrainerOptions
  /** What `score` is at each validation, in order. */
  readonly scores?: readonly number[]
  readonly module?: Net
  readonly isValidated?: boolean
  readonly rows?: number
}

/** Trains a net that is disposed of afterwards, unless it was given. */
export async function shortRun(run: ShortRun = {}): Promise<FitResult> {
  const { scores = [], module = net(), isValidated = true, rows = 12, signal, resumeFrom } = run
  const all: PluginEntry = [scripted(scores), checkpoint(run.checkpoint), run.trainer?.plugins]
  const trainer = new Trainer({ sanityBatches: 0, ...run.trainer, plugins: all })
  const validation = curve(4, { shuffle: false })
  const data = { train: curve(rows), ...(isValidated && { validation }) }
  try {
    return await trainer.fit(module, data, { signal, resumeFrom })
  } finally {
    if (!run.module) module.dispose()
    await trainer.dispose()
  }
}

/** Logs `score` once per validation. */
export function scripted(scores: readonly number[]) {
  return definePlugin({
    name: 'scripted',
    apply({ id, hooks, log, state }) {
      hooks.validationBatchEnd.tap(id, () => {
        const score = scores[state.validations]
        if (score !== undefined) log('score', score)
      })
    },
  })
}
