import { custom, flag, type OptionFieldsOf, optionSchema, text } from '@regimen/core'
import { type LoggerOptions, loggerFields } from '@regimen/logger-kit'
import { faultOfName } from './names.js'

/** What `mlflowLogger` takes itself. */
export interface MlflowOptions {
  /** Address of the tracking server. Default: `MLFLOW_TRACKING_URI`. */
  readonly trackingUri?: string
  /** Sent as `Bearer`. Default: `MLFLOW_TRACKING_TOKEN`. */
  readonly token?: string
  /** For basic authentication, with `password`. Default: `MLFLOW_TRACKING_USERNAME`. */
  readonly username?: string
  /** Default: `MLFLOW_TRACKING_PASSWORD`. */
  readonly password?: string
  /** Made if there is none. Default: `MLFLOW_EXPERIMENT_NAME`, else MLflow's `Default`. */
  readonly experimentName?: string
  /** An experiment by its id, in place of its name. Default: `MLFLOW_EXPERIMENT_ID`. */
  readonly experimentId?: string
  /** Name to show. Default: MLflow makes one up. */
  readonly runName?: string
  /** A run to continue. Default: `MLFLOW_RUN_ID`, else a new run. */
  readonly runId?: string
  /** Tags of the run. */
  readonly tags?: Readonly<Record<string, string>>
  /** Shown above the run, in Markdown. */
  readonly description?: string
  /** Put before the name of each metric, with a hyphen between. */
  readonly prefix?: string
  /** Send user, script and commit as MLflow's own tags. Default `true`. */
  readonly logSource?: boolean
  /** Send the graph of a layers model. Default `true`. */
  readonly logGraph?: boolean
}

/** A string that is not only spaces. */
const words = () => text().matching(/\S/, 'a non-empty string')
const printable = /^[\x20-\x7e]+$/
const LONGEST_TAG = 5000

/** The options of {@link MlflowOptions} and of every logger. */
export const options = optionSchema('mlflowLogger', {
  trackingUri: custom<string>({
    wanted:
      'the address of an MLflow server, such as "http://127.0.0.1:5000", without user, password or query',
    type: 'string',
    json: { type: 'string', pattern: '^https?://[^?#@]+$' },
    isRight: isAddress,
  })
    .secret()
    .otherwise('`MLFLOW_TRACKING_URI`')
    .describe('address of the tracking server; needed'),
  token: text()
    .matching(/^[\x21-\x7e]+$/, 'a token without spaces')
    .secret()
    .otherwise('`MLFLOW_TRACKING_TOKEN`')
    .describe('sent as `Bearer`, unless there are `username` and `password`'),
  username: text()
    .matching(printable, 'a name in ASCII')
    .otherwise('`MLFLOW_TRACKING_USERNAME`')
    .describe('for basic authentication, with `password`'),
  password: words()
    .secret()
    .otherwise('`MLFLOW_TRACKING_PASSWORD`')
    .describe('it is in no file, no report and no error'),
  experimentName: words()
    .otherwise('`MLFLOW_EXPERIMENT_NAME`, else `Default`')
    .describe('experiment of the run, made if there is none'),
  experimentId: text()
    .matching(/^[A-Za-z0-9][\w-]{0,63}$/, 'the id of an experiment')
    .otherwise('`MLFLOW_EXPERIMENT_ID`')
    .describe('an experiment by its id, in place of its name'),
  runName: words().otherwise('MLflow makes one up').describe('name to show'),
  runId: text()
    .matching(/^[A-Za-z0-9][\w-]{0,255}$/, 'the id of a run')
    .otherwise('`MLFLOW_RUN_ID`, else a new run')
    .describe('a run to continue'),
  tags: custom<Readonly<Record<string, string>>>({
    wanted: `an object of strings of at most ${LONGEST_TAG} characters, under names that MLflow takes`,
    type: 'Record<string, string>',
    json: { type: 'object', additionalProperties: { type: 'string' } },
    isRight: areTags,
  })
    .otherwise('none')
    .describe("tags of the run: `{ team: 'vision' }`"),
  description: words().otherwise('none').describe('shown above the run, in Markdown'),
  prefix: words()
    .otherwise('none')
    .describe('before the name of each metric: `prefix-loss`'),
  logSource: flag()
    .otherwise('`true`')
    .describe('send user, script and commit, as tags that MLflow shows'),
  logGraph: flag().default(true).describe('send the graph of a layers model'),
  ...loggerFields('mlflow-logger'),
} satisfies OptionFieldsOf<MlflowOptions & LoggerOptions>)

/** What is around the host may hold a password or a token, which are options by themselves. */
function isAddress(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value) || /[?#]/.test(value))
    return false
  const { protocol, username, password } = new URL(value)
  return /^https?:$/.test(protocol) && username === '' && password === ''
}

function areTags(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return Object.entries(value).every(
    ([name, tag]) =>
      faultOfName(name) === undefined &&
      typeof tag === 'string' &&
      tag.length <= LONGEST_TAG,
  )
}
