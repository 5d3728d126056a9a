import type { ErrorCode } from './codes.js'
import { dataMessages } from './data.js'
import { metricMessages } from './metrics.js'
import { noticeMessages } from './notices.js'
import { optionMessages } from './options.js'
import { pluginMessages } from './plugins.js'
import { runMessages } from './runs.js'
import { snapshotMessages } from './snapshots.js'
import { trainingMessages } from './training.js'

/** Every text of core: a function of its values, by a key that is written out wherever it is used. */
export const messages = {
  ...dataMessages,
  ...metricMessages,
  ...noticeMessages,
  ...optionMessages,
  ...pluginMessages,
  ...runMessages,
  ...snapshotMessages,
  ...trainingMessages,
}

type Catalog = typeof messages
/** The key of a text: the code of its error and a word for the case, or `notice` and a word. */
export type MessageKey = keyof Catalog
/** The key of the text of an error. */
export type ErrorKey = Extract<MessageKey, `${ErrorCode}.${string}`>

/** The values of a text; `foundText` and `hint` are words and not part of `error.data`. */
export type ValuesOf<Key extends MessageKey> = Catalog[Key] extends (
  values: infer V,
) => string
  ? V
  : never
