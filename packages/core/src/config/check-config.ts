import { either } from '../floor/compound-kinds.js'
import { isRegimenError, RegimenError } from '../floor/errors.js'
import { encodeJson } from '../floor/json.js'
import { count, custom, flag, oneOf } from '../floor/option-kinds.js'
import { optionSchema } from '../floor/option-schema.js'
import { quote } from '../floor/quote.js'
import { lightningNames } from '../state/lightning-names.js'
import { trainerFields } from '../state/options.js'
import { accelerators, type Gpus, type RegimenConfig } from './define-config.js'

const isMade = (value: unknown) => value !== null && /object|function/.test(typeof value)
const isReference = (value: unknown) =>
  value !== null && /object|string/.test(typeof value)
const file = { type: 'string', minLength: 1 }

/** What a config has beside the options of a Trainer. */
const ownFields = {
  module: custom<RegimenConfig['module']>({
    wanted: 'the module, or a function that makes it',
    type: 'Module',
    json: file,
    isRight: isMade,
  })
    .required()
    .describe(
      'the module; in JSON and YAML the path of a file that exports it by default',
    ),
  data: custom<RegimenConfig['data']>({
    wanted: 'the data, or a function that makes them',
    type: 'FitData',
    json: file,
    isRight: isMade,
  })
    .required()
    .describe(
      'the data; in JSON and YAML the path of a file that exports them by default',
    ),
  hparams: custom<NonNullable<RegimenConfig['hparams']>>({
    wanted: 'an object of hyperparameters: numbers, strings, booleans, lists, objects',
    type: 'object',
    json: { type: 'object' },
    isRight: isJsonObject,
  }).describe('hyperparameters, which the functions `module` and `data` receive'),
  accelerator: oneOf(...accelerators)
    .otherwise('what plugins and imports bring along')
    .describe('the engine'),
  gpus: custom<Gpus>({
    wanted: 'a count such as 1, indices such as [0, 2], or -1 for all',
    type: 'number | number[] | string',
    json: {
      anyOf: [
        { type: 'integer', minimum: 1 },
        { const: -1 },
        { type: 'string', pattern: '^(-1|\\d+(\\s*,\\s*\\d+)*)$' },
        { type: 'array', items: { type: 'integer', minimum: 0 }, minItems: 1 },
      ],
    },
    isRight: isGpus,
  }).describe('GPUs to use: how many, which, or -1 for all'),
  threads: either(oneOf('auto'), count().from(1).upTo(64))
    .otherwise("'auto'")
    .describe('threads of the engine `wasm`; `auto`: one for each core, at most 8'),
  compile: flag()
    .otherwise('false')
    .describe('whether training steps are recorded and replayed'),
  resumeFrom: custom<NonNullable<RegimenConfig['resumeFrom']>>({
    wanted: '"last", "best", "auto", a path or a snapshot',
    type: 'string | Snapshot',
    json: { type: 'string' },
    isRight: isReference,
  }).describe(
    'what a fit resumes from: `last`, `best`, a path, or `auto`: `last` if there is any',
  ),
  plugins: custom<NonNullable<RegimenConfig['plugins']>>({
    wanted: 'a list',
    type: 'PluginEntry[]',
    json: { type: 'array' },
    isRight: Array.isArray,
  }).describe('plugins, or their names with their options'),
}

/** Whether a value is an object of JSON values, as hyperparameters are. */
function isJsonObject(value: unknown): boolean {
  if (Object.prototype.toString.call(value) !== '[object Object]') return false
  try {
    encodeJson(value, 'hparams')
    return true
  } catch {
    return false
  }
}

const { plugins: _, ...otherTrainerFields } = trainerFields

/** The keys of a config with their kinds. */
export const configFields = { ...ownFields, ...otherTrainerFields }

/** The keys of a {@link RegimenConfig}. */
export const configKeys: readonly string[] = Object.keys(configFields)

/**
 * Checks everything in a config but its plugins.
 *
 * @param where what it came from, for errors: the path of the file
 * @throws REG_CONFIG_INVALID, REG_OPTION_UNKNOWN, REG_OPTION_INVALID
 */
export function checkConfig(config: unknown, where: string): RegimenConfig {
  if (typeof config !== 'object' || config === null || Array.isArray(config)) {
    const text = `${where}: the config is ${quote(config)}; expected an object, or a function that makes one.`
    throw new RegimenError('REG_CONFIG_INVALID', text, {
      data: { found: config, file: where },
    })
  }
  try {
    optionSchema(where, configFields, lightningNames).check(config)
  } catch (thrown) {
    if (!isRegimenError(thrown)) throw thrown
    const { owner: _, ...data } = thrown.data
    const isOwn =
      thrown.code === 'REG_OPTION_INVALID' && Object.hasOwn(ownFields, `${data.option}`)
    const code = isOwn ? 'REG_CONFIG_INVALID' : thrown.code
    throw new RegimenError(code, thrown.detail, { data: { ...data, file: where } })
  }
  return config as RegimenConfig
}

function isGpus(gpus: unknown): boolean {
  if (Array.isArray(gpus)) return isGpus(gpus.join())
  return (typeof gpus === 'string' ? /^(-1|\d+(\s*,\s*\d+)*)$/ : /^(-1|[1-9]\d*)$/).test(
    `${gpus}`,
  )
}
