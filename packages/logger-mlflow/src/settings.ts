import { checkOptions, invalidOption } from '@regimen/core'
import { type Credentials, credentialsOf } from './credentials.js'
import { type MlflowOptions, options as schema } from './options.js'

/** What is settled about a run, without keys. Plain data: it goes to another thread and to disk. */
export type MlflowSettings = Omit<
  MlflowOptions,
  'token' | 'username' | 'password' | 'logGraph' | 'trackingUri'
> & {
  /** Address of the server, without a slash at the end. */
  readonly url: string
  /** The script that runs, if it is said. */
  readonly script?: string
}

/** Settings, and the keys apart from them. */
export interface Resolved {
  readonly settings: MlflowSettings
  readonly secrets: Credentials
}

type Environment = Readonly<Record<string, string | undefined>>

/** The variables that MLflow documents, and the option that each stands for. */
const VARIABLES = {
  MLFLOW_TRACKING_URI: 'trackingUri',
  MLFLOW_TRACKING_TOKEN: 'token',
  MLFLOW_TRACKING_USERNAME: 'username',
  MLFLOW_TRACKING_PASSWORD: 'password',
  MLFLOW_EXPERIMENT_NAME: 'experimentName',
  MLFLOW_EXPERIMENT_ID: 'experimentId',
  MLFLOW_RUN_ID: 'runId',
} as const satisfies Record<string, keyof MlflowOptions>

/**
 * What holds for a run: options, then the environment.
 *
 * @throws REG_OPTION_INVALID for a value that cannot be used, wherever it stands, and if it is not
 * said where the server is
 */
export function resolveSettings(
  given: Omit<MlflowOptions, 'logGraph'>,
  env: Environment = process.env,
  script: string | undefined = process.argv[1],
): Resolved {
  const { token, username, password, trackingUri, ...rest } = {
    ...fromEnvironment(env, given),
    ...present(given),
  }
  if (trackingUri === undefined) {
    const ways = 'in the option or in MLFLOW_TRACKING_URI; "mlflow server" starts one'
    const wanted = `the address of an MLflow server, such as "http://127.0.0.1:5000", ${ways}`
    invalidOption('mlflowLogger', 'trackingUri', undefined, wanted)
  }
  if ((username === undefined) !== (password === undefined)) {
    const name = username === undefined ? 'username' : 'password'
    const wanted = 'username and password, or neither of them'
    invalidOption('mlflowLogger', name, undefined, wanted)
  }
  const isSaid = rest.logSource !== false && script !== undefined
  return {
    settings: {
      ...rest,
      url: trackingUri.replace(/\/+$/, ''),
      ...(isSaid && { script }),
    },
    secrets: credentialsOf({ token, username, password }),
  }
}

/** Options win one by one; a token or a user in the options, and where a run goes, as a whole. */
function fromEnvironment(env: Environment, given: MlflowOptions): MlflowOptions {
  const found: Record<string, string> = {}
  for (const [variable, name] of Object.entries(VARIABLES)) {
    const value = env[variable]
    if (!value || isSettled(name, given)) continue
    checkOptions(
      'mlflowLogger',
      { [variable]: value },
      { [variable]: schema.fields[name] },
    )
    found[name] = value
  }
  return found
}

const TOGETHER: readonly (readonly (keyof MlflowOptions)[])[] = [
  ['token', 'username', 'password'],
  ['experimentName', 'experimentId', 'runId'],
]

function isSettled(name: keyof MlflowOptions, given: MlflowOptions): boolean {
  if (given[name] !== undefined) return true
  const isOne = name === 'username' || name === 'password'
  const group = TOGETHER.find((names) => names.includes(name)) ?? []
  return group.some(
    (other) => given[other] !== undefined && !(isOne && other !== 'token'),
  )
}

const present = (given: MlflowOptions): MlflowOptions =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
