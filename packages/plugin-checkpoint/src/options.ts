import {
  type Every,
  either,
  every,
  flag,
  having,
  integer,
  invalidOption,
  type MetricName,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
  path,
  text,
} from '@regimen/core'
import { checkTemplate } from './file-name.js'
import type { CheckpointStore } from './store.js'

/** What `checkpoint()` takes. */
export interface CheckpointOptions {
  /** Folder of the runs, relative to `rootDir` unless absolute. Default `checkpoints`. */
  readonly dir?: string
  /** The metric that ranks files, such as `val_loss`; also `epoch` or `step`. */
  readonly monitor?: MetricName | 'epoch' | 'step'
  /** Whether less or more is better. Required with `monitor`. */
  readonly mode?: 'min' | 'max'
  /** Numbered files to keep: the best, or the latest without `monitor`. 0 none, -1 all. Default 1. */
  readonly topK?: number
  /** When a numbered file is due. Default: after each validation, else after each epoch. */
  readonly every?: Every
  /** When `last.safetensors` is refreshed. Default true: at every save of the trainer. */
  readonly last?: boolean | Every
  /** Whether an error leaves `exception.safetensors`. Default true. */
  readonly onException?: boolean
  /** Names of numbered files. Default `{epoch}-{step}`. */
  readonly filename?: string
  /** Whether each value in a name is led in by what it is: `epoch=3`. Default true. */
  readonly insertNames?: boolean
  /**
   * Whether `last` and `best` may be an older file if the latest cannot be read. Default true;
   * `false` refuses to resume wherever it is not certain that the file is the one asked for.
   */
  readonly fallback?: boolean
  /** Keeps the files, in place of `dir`. */
  readonly store?: CheckpointStore
  /** Tells two checkpoints of one trainer apart. */
  readonly id?: string
}

/** How options of Lightning's ModelCheckpoint are called here. */
const lightningNames = {
  '^auto_insert_metric_name$': 'insertNames',
  '^dirpath$': 'dir',
  '^every_n_epochs$|^period$': 'every: { epochs: n }',
  '^every_n_train_steps$': 'every: { steps: n }',
  '^filepath$': 'dir and filename',
  '^prefix$': 'filename',
  '^save_last$': 'last',
  '^save_on_exception$': 'onException',
  '^save_top_k$': 'topK',
  '^save_weights_only$': 'loadWeights() of any checkpoint',
  '^train_time_interval$': 'every: { seconds: n }',
}

/** The options of {@link CheckpointOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema(
  'checkpoint',
  {
    dir: path()
      .otherwise("`'checkpoints'`")
      .expecting('the path of a folder')
      .describe(
        'folder of all runs, below `rootDir` unless absolute or already in it; `~` is home',
      ),
    monitor: text<MetricName | 'epoch' | 'step'>()
      .otherwise('none')
      .expecting('the name of a metric')
      .describe('the metric, `epoch` or `step` that ranks files'),
    mode: oneOf('min', 'max')
      .otherwise('none')
      .describe(
        'whether the lowest or the highest value is best; required with `monitor`',
      ),
    topK: integer()
      .from(-1)
      .default(1)
      .describe(
        'numbered files to keep: the k best, without `monitor` the latest; 0 none, -1 all',
      ),
    every: every().otherwise('see below').describe('when a numbered file is due'),
    last: either(flag(), every())
      .default(true)
      .describe(
        '`true`: written at every save of the trainer; or a schedule; `false`: only when interrupted',
      ),
    onException: flag()
      .default(true)
      .describe(
        'whether an error after the first batch leaves `exception.safetensors`; used only if named',
      ),
    filename: text()
      .default('{epoch}-{step}')
      .expecting('a text such as "{epoch}-{step}"')
      .describe('`{val_loss:.2f}` and so on; epochs from 0; a missing metric is 0'),
    insertNames: flag().default(true).describe('`epoch=3` rather than `3`'),
    fallback: flag()
      .default(true)
      .describe(
        'whether `last` and `best` use an older file, with a warning, if the latest cannot be read',
      ),
    store: having<CheckpointStore>(
      'folders',
      'list',
      'read',
      'write',
      'copy',
      'remove',
      'claim',
      'tidy',
      'close',
    )
      .expecting('memoryStore(), fileStore(folder) or a CheckpointStore of your own')
      .describe('keeps the files, in place of `dir`'),
    id: text()
      .matching(
        /^[\w-][\w.-]*$/,
        'letters, digits, "_", "-" and ".", as it may name a folder',
      )
      .default('checkpoint')
      .describe('distinguishes two checkpoint plugins of a trainer'),
  } satisfies OptionFieldsOf<CheckpointOptions>,
  lightningNames,
)

/** Checked options with every default filled in. */
export interface CheckpointSettings
  extends Omit<ReturnType<typeof options.check>, 'dir'> {
  readonly dir: string
}

/** Checks options and fills in defaults. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function resolveOptions(input: CheckpointOptions): CheckpointSettings {
  const resolved = options.check(input)
  const { dir, store, filename } = resolved
  checkMonitor(resolved)
  if (store !== undefined && dir !== undefined) {
    const expected = 'none beside "store", which knows its own place'
    invalidOption('checkpoint', 'dir', dir, expected, {
      data: { options: ['dir', 'store'] },
    })
  }
  checkTemplate(filename)
  return { ...resolved, dir: dir ?? 'checkpoints' }
}

type Ranking = Pick<CheckpointSettings, 'monitor' | 'mode' | 'topK'>

/** Refuses options that cannot rank files. @throws REG_OPTION_INVALID */
function checkMonitor({ monitor, mode, topK }: Ranking): void {
  if (monitor !== undefined && mode === undefined) {
    invalidOption(
      'checkpoint',
      'mode',
      mode,
      `"min" or "max", since "monitor" is "${monitor}"`,
    )
  }
  if (monitor === undefined && mode !== undefined) {
    const expected = `the name of a metric, since "mode" is "${mode}"`
    invalidOption('checkpoint', 'monitor', monitor, expected)
  }
  if (monitor === undefined && topK > 1) {
    const other = '"topK" of 1 for the latest, -1 for all'
    const expected = `a metric that ranks the best ${topK}, or ${other}`
    invalidOption('checkpoint', 'monitor', monitor, expected)
  }
}
