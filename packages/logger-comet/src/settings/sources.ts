import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

/** Where settings are looked for. */
export interface Places {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly home: string
  /** As of the process: the second is the script that runs. */
  readonly argv: readonly string[]
}

/** Settings of one place, by the names of the environment. */
export interface Source {
  /** For messages: `the environment`, or the path of a file. */
  readonly place: string
  readonly values: ReadonlyMap<string, string>
}

/** The process's own environment, folder and home. */
export function ownPlaces(): Places {
  return { env: process.env, cwd: process.cwd(), home: homedir(), argv: process.argv }
}

/**
 * All places after the options, the strongest first: the environment, `./.env`, the file or folder
 * named by `COMET_CONFIG` (its old name is `COMET_INI`), `./.comet.config`, `~/.comet.config`.
 */
export function sourcesIn({
  env,
  cwd,
  home,
}: Pick<Places, 'env' | 'cwd' | 'home'>): Source[] {
  const named = env.COMET_CONFIG || env.COMET_INI
  const files = [
    ...(named ? [configFile(named)] : []),
    join(cwd, '.comet.config'),
    join(home, '.comet.config'),
  ]
  const isSet = (entry: [string, string | undefined]): entry is [string, string] =>
    !!entry[1]
  return [
    { place: 'the environment', values: new Map(Object.entries(env).filter(isSet)) },
    fromFile(join(cwd, '.env'), parseDotenv),
    ...files.map((path) => fromFile(path, parseIni)),
  ]
}

/** The strongest value of the first name that has one. */
export function lookUp(
  sources: readonly Source[],
  ...names: string[]
): string | undefined {
  for (const { values } of sources) {
    for (const name of names) {
      const value = values.get(name)
      if (value) return value
    }
  }
  return undefined
}

function configFile(path: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory()
  return isFolder ? join(path, '.comet.config') : path
}

/** A file that does not exist or may not be read has no settings. */
function fromFile(path: string, parse: (text: string) => Map<string, string>): Source {
  try {
    return { place: path, values: parse(readFileSync(path, 'utf8')) }
  } catch {
    return { place: path, values: new Map() }
  }
}

/** Names that an environment can have: `parseEnv` takes any text before a `=` for one. */
const NAME = /^[A-Za-z_]\w*$/

/** The settings of a `.env` file. */
export function parseDotenv(text: string): Map<string, string> {
  const isNamed = (entry: [string, string | undefined]): entry is [string, string] =>
    NAME.test(entry[0]) && entry[1] !== undefined
  return new Map(Object.entries(parseEnv(text)).filter(isNamed))
}

/**
 * Reads an INI file, as Python's `configparser` does, into names as the environment has them:
 * `api_key` in the section `[comet]` is `COMET_API_KEY`. Lines that are no setting are skipped.
 */
export function parseIni(text: string): Map<string, string> {
  const values = new Map<string, string>()
  let section = ''
  for (const line of text.split(/\r?\n/)) {
    const trimmed = line.trim()
    const heading = /^\[(.+)\]$/.exec(trimmed)?.[1]
    if (heading !== undefined) section = heading.trim()
    const [, key, value] = /^([^#;[=:\s][^=:]*)[=:](.*)$/.exec(trimmed) ?? []
    if (key === undefined || value === undefined) continue
    const name = `${section}_${key.trim()}`
      .replaceAll(/[^A-Za-z0-9]+/g, '_')
      .toUpperCase()
    values.set(name, value.trim())
  }
  return values
}

/** Comet's own server. */
export const COMET = 'https://www.comet.com'

/** `COMET_URL_OVERRIDE` is the address of `clientlib`; the root is before it. */
export function rootOf(url: string): string {
  return url.replace(/\/+$/, '').replace(/\/clientlib$/, '')
}

/** A key, and the root of the server that it is for. */
export interface FoundKey {
  readonly apiKey: string | undefined
  readonly url: string
}

/**
 * The API key from the environment or a file, for when the options are gone. It is for the address
 * that the environment names, else for the one that stands beside it in its own file, else for
 * Comet's own: what another file says, such as one in a folder that was downloaded, sends a key
 * nowhere.
 */
export function findApiKey(places: Places = ownPlaces()): FoundKey {
  const sources = sourcesIn(places)
  const home = sources.find(({ values }) => values.get('COMET_API_KEY'))
  const trusted = [...sources.slice(0, 1), ...(home ? [home] : [])]
  return {
    apiKey: home?.values.get('COMET_API_KEY'),
    url: rootOf(lookUp(trusted, 'COMET_URL_OVERRIDE') ?? COMET),
  }
}
