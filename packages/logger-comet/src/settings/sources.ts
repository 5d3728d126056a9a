import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { parseDotenv } from './dotenv.js'
import { parseIni } from './ini.js'

/** Where settings are looked for. */
export interface Surroundings {
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
export function surroundings(): Surroundings {
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
}: Pick<Surroundings, 'env' | 'cwd' | 'home'>): Source[] {
  const named = env.COMET_CONFIG || env.COMET_INI
  const files = [
    ...(named ? [configFile(named)] : []),
    join(cwd, '.comet.config'),
    join(home, '.comet.config'),
  ]
  const given = Object.entries(env).filter((entry): entry is [string, string] => !!entry[1])
  return [
    { place: 'the environment', values: new Map(given) },
    fromFile(join(cwd, '.env'), parseDotenv),
    ...files.map((path) => fromFile(path, parseIni)),
  ]
}

/** The strongest value of the first name that has one. */
export function lookUp(sources: readonly Source[], ...names: string[]): string | undefined {
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
