import type { RunOptions } from '../state/options.js'
import type { PluginEntry } from './plugin.js'

/** Everything that a Trainer takes. Whatever is not here is a plugin. */
export interface TrainerOptions extends RunOptions {
  /** Nested arrays and falsy entries are allowed. */
  readonly plugins?: readonly PluginEntry[]
}
