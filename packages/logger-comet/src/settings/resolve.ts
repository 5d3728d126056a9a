import { resolve } from 'node:path'
import { checkOptions, invalidOption } from '@regimen/core'
import { type CometLimits, type CometOptions, options as schema } from '../options.js'
import type { CometSettings } from './comet-settings.js'
import {
  COMET,
  lookUp,
  ownPlaces,
  type Places,
  rootOf,
  type Source,
  sourcesIn,
} from './sources.js'

/** Comet docs, limits-and-performance. */
const DOCUMENTED: CometLimits = { metrics: 12_000, parameters: 10_000, other: 8_000 }

/** Settings, and the key apart from them, since they go to disk and it does not. */
export interface Resolved {
  readonly settings: CometSettings
  /** Also when offline, so that it is known what must be in no archive. */
  readonly apiKey: string | undefined
}

/**
 * What holds for a run: options, then the environment, then the files of Comet's clients.
 *
 * @throws REG_OPTION_INVALID for a value that cannot be used, wherever it stands, and for a missing
 * key unless `offline`
 */
export function resolveSettings(
  options: Omit<CometOptions, 'logGraph'>,
  places: Places = ownPlaces(),
): Resolved {
  const sources = sourcesIn(places)
  const { apiKey: optionKey, logCode = true, ...rest } = options
  const found: Omit<CometOptions, 'apiKey' | 'logCode'> = {
    ...fromSources(sources),
    ...rest,
  }
  const script = scriptOf(logCode, places)
  const { offline = false, offlineDir = '.cometml-runs', url = COMET } = found
  const settings: CometSettings = {
    projectName: 'general',
    mode: 'get_or_create',
    api: 'rest',
    tags: [],
    logGit: true,
    logEnvironment: true,
    logSystemMetrics: true,
    limits: DOCUMENTED,
    ...found,
    offline,
    offlineDir: resolve(places.cwd, offlineDir),
    url: rootOf(url),
    ...(script !== undefined && { script }),
  }
  checkTogether(settings)
  const apiKey = optionKey ?? keyFrom(sources)
  if (!offline && apiKey === undefined) missingKey(sources)
  return { settings, apiKey }
}

function keyFrom(sources: readonly Source[]): string | undefined {
  const key = lookUp(sources, 'COMET_API_KEY')
  if (key !== undefined) checkVariable('COMET_API_KEY', key, 'apiKey')
  return key
}

/** Checks what an environment or a file says as the option that it stands for. */
function checkVariable(variable: string, value: unknown, name: keyof CometOptions): void {
  checkOptions('cometLogger', { [variable]: value }, { [variable]: schema.fields[name] })
}

/** Only names that are certain are read. */
function fromSources(sources: readonly Source[]): Partial<CometOptions> {
  const read = (name: keyof CometOptions, ...names: string[]) => {
    const text = lookUp(sources, ...names)
    if (text === undefined) return {}
    const value = name === 'tags' ? listOf(text) : text
    const variable = names.find((other) => lookUp(sources, other) === text) ?? name
    checkVariable(variable, value, name)
    return { [name]: value }
  }
  const isOffline = isTrue(lookUp(sources, 'COMET_OFFLINE'))
  const isOnline = isTrue(lookUp(sources, 'COMET_START_ONLINE'))
  return {
    ...read('workspace', 'COMET_WORKSPACE'),
    ...read('projectName', 'COMET_PROJECT_NAME'),
    ...read('experimentName', 'COMET_EXPERIMENT_NAME', 'COMET_START_EXPERIMENT_NAME'),
    ...read('experimentKey', 'COMET_EXPERIMENT_KEY'),
    ...read('mode', 'COMET_START_MODE'),
    ...read('tags', 'COMET_START_EXPERIMENT_TAGS'),
    ...read('offlineDir', 'COMET_OFFLINE_DIRECTORY'),
    ...read('url', 'COMET_URL_OVERRIDE'),
    ...((isOffline === true || isOnline === false) && { offline: true }),
  }
}

function isTrue(text: string | undefined): boolean | undefined {
  return text === undefined ? undefined : /^(1|true|yes|on|t|y)$/i.test(text)
}

function listOf(text: string): string[] {
  const parts = text.split(',').map((part) => part.trim())
  return parts.filter((part) => part !== '')
}

/**
 * The thread that sends does not know it. A tool, such as a test runner, is nobody's training code.
 */
function scriptOf(logCode: boolean | string, { cwd, argv }: Places): string | undefined {
  if (typeof logCode === 'string') return resolve(cwd, logCode)
  const running = argv[1]
  const isTool = running === undefined || /[\\/]node_modules[\\/]/.test(running)
  return logCode && !isTool ? running : undefined
}

function checkTogether({ mode, experimentKey, api, offline }: CometSettings): void {
  if (mode === 'get' && experimentKey === undefined) {
    const wanted = 'the key of the experiment that mode "get" resumes'
    invalidOption('cometLogger', 'experimentKey', experimentKey, wanted)
  }
  if (mode === 'create' && experimentKey !== undefined && api === 'rest' && !offline) {
    const wanted =
      'none with mode "create", for with api "rest" Comet chooses the key of a new experiment, or take api: "sdk" or offline: true'
    invalidOption('cometLogger', 'experimentKey', experimentKey, wanted)
  }
}

function missingKey(sources: readonly Source[]): never {
  const files = sources.slice(1).map(({ place }) => place)
  const places = [
    'the option apiKey',
    'the environment variable COMET_API_KEY',
    `a line "api_key=..." below "[comet]" in the file ${files.at(-1)}`,
  ]
  const wanted = `a Comet API key in one of three places: ${places.join('; ')}`
  const looked = `Files looked through: ${files.join(', ')}`
  const other = 'Or log without an account: offline: true'
  invalidOption('cometLogger', 'apiKey', undefined, `${wanted}. ${looked}. ${other}`, {
    data: { tried: files },
  })
}
