import type { RunOptions } from '../state/options.js'
import type { PluginEntry } from './plugin.js'

/** All options of a Trainer. Everything else is a plugin. */
export interface TrainerOptions extends RunOptions {
  /** The plugins, in order. Nested arrays and falsy entries are allowed. */
  readonly plugins?: readonly PluginEntry[]
}
