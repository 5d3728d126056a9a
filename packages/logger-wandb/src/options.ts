import {
  flag,
  list,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
  path,
  text,
} from '@regimen/core'
import { type LoggerOptions, loggerFields } from '@regimen/logger-kit'

/** What a run is called and where its files are; the part of the options that the writer needs. */
export interface WandbSettings {
  /** Default: `WANDB_PROJECT`, else `uncategorized`, as W&B calls it. */
  readonly project?: string
  /** User or team. Default: `WANDB_ENTITY`, else that of whoever uploads. */
  readonly entity?: string
  /** Name to show. Default: `WANDB_NAME`, else W&B makes one up. */
  readonly name?: string
  /** Id of the run. Default: `WANDB_RUN_ID`, else a new one. */
  readonly runId?: string
  /** Default: `WANDB_RUN_GROUP`. */
  readonly group?: string
  /** Default: `WANDB_JOB_TYPE`. */
  readonly jobType?: string
  /** Default: `WANDB_TAGS`, separated by commas. */
  readonly tags?: readonly string[]
  /** Default: `WANDB_NOTES`. */
  readonly notes?: string
  /** Folder in which `wandb` is made. Default: `WANDB_DIR`, else `rootDir`. */
  readonly dir?: string
  /** Put before the name of each metric, with a hyphen between. */
  readonly prefix?: string
}

/** What `wandbLogger` takes. */
export interface WandbLoggerOptions extends LoggerOptions, WandbSettings {
  /** Write the graph of a layers model. Default `true`. */
  readonly logGraph?: boolean
  /** Whether files are written. Default: `WANDB_MODE`, of which all but `disabled` are `offline` here. */
  readonly mode?: 'offline' | 'disabled'
}

const words = () => text().matching(/\S/, 'a non-empty string')

/** The options of {@link WandbLoggerOptions}. */
export const options = optionSchema('wandbLogger', {
  project: text()
    .matching(
      /^(?=.*\S)[^/\\#?%:\n]{1,128}$/,
      'a name of at most 128 characters without any of /\\#?%:',
    )
    .otherwise('`WANDB_PROJECT`, else `uncategorized`')
    .describe('project of the run'),
  entity: words()
    .otherwise('`WANDB_ENTITY`, else that of whoever uploads')
    .describe('user or team of the project'),
  name: words().otherwise('`WANDB_NAME`, else W&B makes one up').describe('name to show'),
  runId: text()
    .matching(/^[\w-]{1,64}$/, 'up to 64 letters, digits, "-" and "_"')
    .otherwise('`WANDB_RUN_ID`, else a new one')
    .describe('id of the run; that of an earlier run continues it'),
  group: words().otherwise('`WANDB_RUN_GROUP`').describe('group of the run'),
  jobType: words().otherwise('`WANDB_JOB_TYPE`').describe('kind of the run: `train`'),
  tags: list(words())
    .otherwise('`WANDB_TAGS`, separated by commas')
    .describe('tags of the run'),
  notes: words().otherwise('`WANDB_NOTES`').describe('a text about the run, in Markdown'),
  dir: path()
    .otherwise('`WANDB_DIR`, else `rootDir`')
    .expecting('the path of a folder')
    .describe('folder in which `wandb` is made'),
  prefix: words()
    .otherwise('none')
    .describe('before the name of each metric: `prefix-loss`'),
  mode: oneOf('offline', 'disabled')
    .otherwise('`WANDB_MODE`, else `offline`')
    .describe('whether files are written'),
  logGraph: flag().default(true).describe('write the graph of a layers model'),
  ...loggerFields('wandb-logger'),
} satisfies OptionFieldsOf<WandbLoggerOptions>)
