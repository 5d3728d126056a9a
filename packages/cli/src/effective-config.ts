import { type Json, optionSchema, type Plugin, type PluginRecipe } from '@regimen/core'
import { configFields, type Hparams, type RegimenConfig } from '@regimen/core/config'

/** What a run is made of. */
export interface ConfigParts {
  /** The config, with what the command line sets. */
  readonly config: RegimenConfig
  readonly hparams: Hparams
  readonly rootDir: string
  /** The plugins of the config, and of `--fast-dev-run`: the engine is among the options. */
  readonly plugins: readonly Plugin[]
}

type Values = Readonly<Record<string, unknown>>
type Fields = PluginRecipe['schema']['fields']

/**
 * The configuration as it takes effect: file, `--set`, presets and defaults, with the options of every plugin
 * that says them. What JSON cannot hold is named, what may be a secret is hidden.
 */
export function effectiveConfig({
  config,
  hparams,
  rootDir,
  plugins,
}: ConfigParts): Json {
  const {
    module: _,
    data: __,
    plugins: ___,
    hparams: ____,
    resumeFrom,
    ...fields
  } = configFields
  const {
    module,
    data,
    plugins: names,
    hparams: own,
    resumeFrom: from,
    ...options
  } = config
  const complete = optionSchema('config', fields).check({ ...options, rootDir })
  return {
    ...(Object.keys(hparams).length > 0 && { hparams: shown(hparams) }),
    ...(shown(complete, fields) as object),
    plugins: plugins.map(pluginEntry),
  }
}

/** The lines of a configuration: one for each option, and one for each plugin. */
export function configLines(config: Json): string[] {
  const { plugins = [], ...options } = config as { readonly plugins?: readonly Json[] }
  const entries = plugins.map((plugin) => {
    const [name, own] = Array.isArray(plugin) ? plugin : [plugin]
    return `    ${name}${own === undefined ? '' : ` ${JSON.stringify(own)}`}`
  })
  const lines = Object.entries(options).map(
    ([name, value]) => `  ${name}: ${JSON.stringify(value)}`,
  )
  return [...lines, '  plugins:', ...entries]
}

/** An entry as a config has it: a name, or a name with options. */
function pluginEntry({ id, name, recipe }: Plugin): Json {
  if (!recipe) return id
  const { schema, options } = recipe
  const complete = checked(recipe) as Values
  const { id: _, ...rest } = shown({ ...options, ...complete }, schema.fields) as {
    readonly id?: Json
  }
  const all: Json = id === name ? rest : { id, ...rest }
  return Object.keys(all).length > 0 ? [name, all] : name
}

/** Options with their defaults; as they are, where the factory has read them in a way of its own. */
function checked({ schema, options }: PluginRecipe): object {
  const { owner, fields } = schema
  const { value } = optionSchema(owner, fields)['~standard'].validate(options) as {
    readonly value?: object
  }
  return value ?? options
}

/** Names of what nobody else may read. */
const SECRET =
  /(api|access|secret|private)[-_]?key$|token$|secret|passw(or)?d|credential|authorization/i
const HIDDEN = '[hidden]'

function shown(value: unknown, fields: Fields = {}): Json {
  if (Array.isArray(value)) return value.map((item) => shown(item))
  if (typeof value === 'function') return `[function ${value.name || '(anonymous)'}]`
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value)
  if (typeof value === 'string')
    return value.replace(/(\w+:\/\/)[^\s/@]+@/g, `$1${HIDDEN}@`)
  if (typeof value === 'boolean' || value === null) return value
  if (typeof value !== 'object') return `[${typeof value}]`
  if (Object.prototype.toString.call(value) !== '[object Object]' || isInstance(value))
    return `[${value.constructor?.name ?? 'object'}]`
  const entries = Object.entries(value).filter(([, inner]) => inner !== undefined)
  return Object.fromEntries(
    entries.map(([name, inner]) => {
      const isSecret = fields[name]?.spec.isSecret
      const isNamedSo = typeof inner === 'string' && SECRET.test(name)
      return [name, isSecret || isNamedSo ? HIDDEN : shown(inner)]
    }),
  )
}

const isInstance = (value: object) =>
  ![Object.prototype, null].includes(Object.getPrototypeOf(value))
