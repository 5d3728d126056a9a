import type { Rate } from '@regimen/logger-kit'

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

type Settled =
  | 'projectName'
  | 'mode'
  | 'offline'
  | 'offlineDir'
  | 'url'
  | 'tags'
  | 'api'
  | 'logGit'
  | 'logEnvironment'
  | 'logSystemMetrics'
  | 'limits'

/**
 * Everything that is settled about a run, without the key. Plain data: it goes to another thread
 * and to disk.
 */
export type CometSettings = Omit<CometOptions, 'apiKey' | 'logCode' | 'logGraph' | Settled> &
  Required<Pick<CometOptions, Settled>> & {
    /** Path of the code to upload. */
    readonly script?: string
  }

/** 80 % of the limit, so that a neighbour or a clock that is off does not matter. */
export function paced(count: number, { minuteMs = 60_000 }: CometLimits): Rate {
  return { count: Math.max(1, Math.floor(count * 0.8)), perMs: minuteMs }
}
