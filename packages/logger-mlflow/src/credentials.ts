/** The keys of a server by name. */
export type Credentials = {
  /** The header as it is sent. */
  readonly authorization: string | undefined
  /** The password or token in it, so that it is kept out of every text by itself too. */
  readonly key: string | undefined
}

/** What a user or the environment says. */
export interface Known {
  readonly token?: string | undefined
  readonly username?: string | undefined
  readonly password?: string | undefined
}

/** As MLflow's own client has it: a user and password win over a token. */
export function credentialsOf({ token, username, password }: Known): Credentials {
  if (username !== undefined && password !== undefined) {
    const pair = Buffer.from(`${username}:${password}`).toString('base64')
    return { authorization: `Basic ${pair}`, key: password }
  }
  const authorization = token === undefined ? undefined : `Bearer ${token}`
  return { authorization, key: token }
}

type Environment = Readonly<Record<string, string | undefined>>

/** Where `mlflow server` listens if nobody says otherwise. */
const USUAL = 'http://127.0.0.1:5000'

/** The keys in the environment, and the address there that they are for. */
export function credentialsIn(env: Environment) {
  const {
    MLFLOW_TRACKING_URI: address = USUAL,
    MLFLOW_TRACKING_TOKEN: token,
    MLFLOW_TRACKING_USERNAME: username,
    MLFLOW_TRACKING_PASSWORD: password,
  } = env
  const isAddress = /^https?:\/\//.test(address)
  const known = {
    token: token || undefined,
    username: username || undefined,
    password: password || undefined,
  }
  return { values: credentialsOf(known), address: isAddress ? address : USUAL }
}
