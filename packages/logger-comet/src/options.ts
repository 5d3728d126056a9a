import {
  custom,
  either,
  flag,
  group,
  list,
  number,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
  text,
} from '@regimen/core'
import { type LoggerOptions, loggerFields } from '@regimen/logger-kit'

/**
 * What may be sent to Comet per window of time, in values or requests. Comet documents its own per
 * minute.
 */
export interface CometLimits {
  readonly metrics: number
  readonly parameters: number
  /** Everything else: files, texts, tags, beats. */
  readonly other: number
  /** Length of the window. Default 60 000. */
  readonly minuteMs?: number
}

/**
 * What `cometLogger` takes itself; each may be spelt in snake_case too, as Comet's own clients do.
 */
export interface CometOptions {
  /** Default: `COMET_API_KEY`, or `api_key` in `.comet.config`. */
  readonly apiKey?: string
  /** Default: `COMET_WORKSPACE`, else the account's default. */
  readonly workspace?: string
  /** Default: `COMET_PROJECT_NAME`, else `general`. */
  readonly projectName?: string
  /** Name to show. Default: `COMET_EXPERIMENT_NAME`, else one of our own that is unique. */
  readonly experimentName?: string
  /**
   * Key of the experiment to resume; with `api: 'sdk'` or `offline` also of the one to create.
   */
  readonly experimentKey?: string
  /**
   * What `experimentKey` means: resume it, create it, or whichever is possible (the default).
   */
  readonly mode?: 'get_or_create' | 'get' | 'create'
  /** Write an archive for `comet upload` instead of sending. Needs no key. Default `false`. */
  readonly offline?: boolean
  /** Where archives go. Default: `COMET_OFFLINE_DIRECTORY`, else `./.cometml-runs`. */
  readonly offlineDir?: string
  /**
   * Root of the server, with or without `/clientlib`. Default: `COMET_URL_OVERRIDE`, else Comet's
   * own.
   */
  readonly url?: string
  /** Tags of the experiment. Default: `COMET_START_EXPERIMENT_TAGS`, separated by commas. */
  readonly tags?: readonly string[]
  /** Put before the name of each metric, with a hyphen between. */
  readonly prefix?: string
  /**
   * `'rest'`: the documented API, one request per value. `'sdk'`: batches, as Comet's own SDK sends
   * them.
   */
  readonly api?: 'rest' | 'sdk'
  /** Upload the script that runs, or the file at this path. Default `true`: no script of a tool. */
  readonly logCode?: boolean | string
  /** Send commit, branch and origin, and the changes that are not committed. Default `true`. */
  readonly logGit?: boolean
  /** Send versions, machine and installed packages; never environment variables. Default `true`. */
  readonly logEnvironment?: boolean
  /** Send the graph of a layers model. Default `true`. */
  readonly logGraph?: boolean
  /** Send load of processors and memory. Default `true`. */
  readonly logSystemMetrics?: boolean
  /** Limits of the server, of which 80 % are used. Default: those that Comet documents. */
  readonly limits?: CometLimits
}

/** The options of several words as Comet's own clients spell them. */
export interface SnakeCasedOptions {
  /** The same as `apiKey`. */
  readonly api_key?: CometOptions['apiKey']
  /** The same as `projectName`. */
  readonly project_name?: CometOptions['projectName']
  /** The same as `experimentName`. */
  readonly experiment_name?: CometOptions['experimentName']
  /** The same as `experimentKey`. */
  readonly experiment_key?: CometOptions['experimentKey']
  /** The same as `offlineDir`. */
  readonly offline_dir?: CometOptions['offlineDir']
  /** The same as `logCode`. */
  readonly log_code?: CometOptions['logCode']
  /** The same as `logGit`. */
  readonly log_git?: CometOptions['logGit']
  /** The same as `logEnvironment`. */
  readonly log_environment?: CometOptions['logEnvironment']
  /** The same as `logGraph`. */
  readonly log_graph?: CometOptions['logGraph']
  /** The same as `logSystemMetrics`. */
  readonly log_system_metrics?: CometOptions['logSystemMetrics']
}

/** A string that is not only spaces. */
const words = () => text().matching(/\S/, 'a non-empty string')
const positive = () => number().above(0).orInfinity()

/**
 * The options of {@link CometOptions} and of every logger: check, table, help and JSON schema.
 * Defaults are those of `resolveSettings`, which looks in the environment first.
 */
export const options = optionSchema('cometLogger', {
  apiKey: text()
    .matching(/^[\x21-\x7e]+$/, 'a key without spaces')
    .secret()
    .otherwise('`COMET_API_KEY`')
    .describe('needed unless `offline`; it is in no file, no report and no error'),
  workspace: words()
    .otherwise("`COMET_WORKSPACE`, else the account's default")
    .describe('workspace of the project'),
  projectName: custom<string>({
    wanted: 'a non-empty string of at most 99 characters, the most that Comet takes',
    type: 'string',
    json: { type: 'string', pattern: '\\S', maxLength: 99 },
    isRight: (value) => isText(value) && value.length < 100,
  })
    .otherwise('`COMET_PROJECT_NAME`, else `general`')
    .describe('project of the experiment'),
  experimentName: words()
    .otherwise('`COMET_EXPERIMENT_NAME`, else one that no other run has')
    .describe('name to show'),
  experimentKey: text()
    .matching(/^[A-Za-z0-9]{32,50}$/, '32 to 50 letters and digits')
    .otherwise('`COMET_EXPERIMENT_KEY`')
    .describe(
      "experiment to resume; with `api: 'sdk'` or `offline` also of the one to create",
    ),
  mode: oneOf('get_or_create', 'get', 'create')
    .otherwise("`COMET_START_MODE`, else `'get_or_create'`")
    .describe(
      'what `experimentKey` means: resume it, create it, or whichever is possible',
    ),
  offline: flag()
    .otherwise('`COMET_OFFLINE`, else `false`')
    .describe('write `<key>.zip` for `comet upload` instead of sending'),
  offlineDir: words()
    .otherwise('`COMET_OFFLINE_DIRECTORY`, else `./.cometml-runs`')
    .describe('where archives go'),
  url: custom<string>({
    wanted:
      'an address that begins with http:// or https://, without a user, a password or a query',
    type: 'string',
    json: { type: 'string', pattern: '^https?://[^?#@]+$' },
    isRight: isAddress,
  })
    .secret()
    .otherwise("`COMET_URL_OVERRIDE`, else Comet's")
    .describe('root of the server, with or without `/clientlib`, without user or query'),
  tags: list(words())
    .otherwise('`COMET_START_EXPERIMENT_TAGS`, separated by commas')
    .describe('tags of the experiment'),
  prefix: words()
    .otherwise('none')
    .describe('before the name of each metric: `prefix-loss`'),
  api: oneOf('rest', 'sdk')
    .otherwise("`'rest'`")
    .describe("the documented API, a request per value; `'sdk'`: see below"),
  logCode: either(flag(), words().expecting('a path'))
    .otherwise('`true`')
    .describe('upload the script that runs, or the file at this path'),
  logGit: flag().otherwise('`true`').describe('send commit, branch, origin and changes'),
  logEnvironment: flag()
    .otherwise('`true`')
    .describe('send versions, machine and packages; never environment variables'),
  logGraph: flag().default(true).describe('send the graph of a layers model'),
  logSystemMetrics: flag()
    .otherwise('`true`')
    .describe('send load of processors and memory'),
  limits: group({
    metrics: positive().required(),
    parameters: positive().required(),
    other: positive().required(),
    minuteMs: positive(),
  })
    .expecting('{ metrics, parameters, other, minuteMs? } with positive numbers')
    .otherwise('those documented')
    .describe('what may be sent per minute, of which 80 % are used'),
  ...loggerFields('comet-logger'),
} satisfies OptionFieldsOf<CometOptions & LoggerOptions>)

const isText = (value: unknown): value is string =>
  typeof value === 'string' && /\S/.test(value)

/** What is around the host may hold a password or a key, which belongs into `apiKey`. */
function isAddress(value: unknown): boolean {
  if (!isText(value) || !URL.canParse(value) || /[?#]/.test(value)) return false
  const { protocol, username, password } = new URL(value)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}
