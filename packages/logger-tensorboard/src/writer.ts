import { defineWriter } from '@regimen/logger-kit/writer'
import type { TensorboardSettings } from './options.js'
import { TensorboardWriter } from './tensorboard-writer.js'

/** Writes records to event files. */
export const writer = defineWriter<TensorboardSettings>(
  (settings) => new TensorboardWriter(settings),
)
