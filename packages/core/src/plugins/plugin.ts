import { fail } from '../floor/errors.js'
import type { Json } from '../floor/json.js'
import type { OptionFields } from '../floor/option-types.js'
import type { NamedTensorData } from '../state/tensor-data.js'
import type { PluginContext } from './plugin-context.js'

/** The version of the contract between core and plugins. It changes only if old plugins would break. */
export const PLUGIN_API = 1

/** State of a plugin: JSON and tensors. */
export type StateWithTensors = { readonly meta: Json; readonly tensors: NamedTensorData }

/**
 * `S` if it can be saved as it is; otherwise a type that names the mistake. Accepts interfaces too,
 * which have no index signature and are therefore not `Json`.
 */
export type Saveable<S> = unknown extends S
  ? S
  : S extends Json | undefined
    ? S
    : S extends { readonly meta: infer Meta; readonly tensors: object }
      ? { readonly meta: Saveable<Meta>; readonly tensors: S['tensors'] }
      : S extends (...values: never) => unknown
        ? NotSaveable
        : S extends object
          ? { readonly [Key in keyof S]: Saveable<S[Key]> }
          : NotSaveable
type NotSaveable =
  'state is Json: null, booleans, numbers, strings, arrays and plain objects'

/** What `apply` may return. */
export interface PluginHandle<S = Json> {
  /** State to be saved: JSON, or `{ meta, tensors }`. */
  readonly saveState?: () => S & Saveable<S>
  /** Receives what {@link saveState} returned, in another run or process. */
  readonly loadState?: (saved: S) => void
  /** Called once, when the trainer is disposed of or the plugin is removed. */
  readonly dispose?: () => void | Promise<void>
}

/** A plugin's relations to others, by their names. A name that ends in `?` is optional. */
export interface PluginRelations {
  /** Plugins that must be used too. */
  readonly requires?: readonly string[]
  /** Plugins that must not be used too. */
  readonly conflicts?: readonly string[]
  /** Plugins that this one comes before. */
  readonly before?: readonly string[]
  /** Plugins that this one comes after. */
  readonly after?: readonly string[]
}

/** How a plugin was made: by it `--set plugins.<id>.<option>=…` makes it again, and its options are shown. */
export interface PluginRecipe {
  /** The function that made the plugin. */
  readonly factory: (options: never) => PluginEntry
  /** What the function was called with. */
  readonly options: object
  /** What the function takes. */
  readonly schema: { readonly owner: string; readonly fields: OptionFields }
}

/**
 * What the author of a plugin writes.
 */
export interface PluginDefinition<S = Json> extends PluginRelations {
  /** Name of the plugin, in kebab-case. */
  readonly name: string
  /** Distinguishes plugins of the same name. Default: the name. */
  readonly id?: string
  /** Whether it touches disk or network; a trial run then mutes it. */
  readonly writes?: boolean
  /** How it was made; without it nothing but its factory can change its options. Not enumerable in a plugin. */
  readonly recipe?: PluginRecipe
  /** Called once per trainer. State lives inside this function, never outside. */
  readonly apply: (context: PluginContext) => PluginHandle<S> | void
}

/** A plugin, ready for a trainer's list. `core` is where the copy of core lies that made it. */
export type Plugin = PluginDefinition<unknown> &
  Readonly<{ api: number; id: string; core?: string }>

/** Where this copy of core lies: its folder, or the file that it is bundled into. */
const thisCore = String(import.meta.url).replace(/\/(dist|src)\/.*$/, '')

/** An entry of a plugin list: nested lists and falsy entries are allowed. */
export type PluginEntry =
  | Plugin
  | readonly PluginEntry[]
  | false
  | null
  | undefined
  | ''
  | 0

/**
 * Makes a plugin.
 *
 * @throws REG_PLUGIN_INVALID if the name is not kebab-case or `apply` is missing
 * @example
 * definePlugin({
 *   name: 'hello',
 *   apply({ hooks, report }) {
 *     hooks.fitStart.tap('hello', () => report.info('training begins'))
 *   },
 * })
 */
export function definePlugin<S = Json>(definition: PluginDefinition<S>): Plugin {
  const { recipe, ...shown } = definition
  const { name, id = name, apply } = shown
  const isKebab = typeof name === 'string' && /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)
  if (!isKebab) fail('REG_PLUGIN_INVALID.name', { found: name })
  if (typeof id !== 'string' || id === '')
    fail('REG_PLUGIN_INVALID.id', { plugin: name, found: id })
  if (typeof apply !== 'function')
    fail('REG_PLUGIN_INVALID.apply', { plugin: name, found: apply })
  const plugin = { ...shown, api: PLUGIN_API, id, core: thisCore, apply }
  // Its options may be secret: it is not there where a plugin is printed.
  if (recipe) Object.defineProperty(plugin, 'recipe', { value: recipe })
  return Object.freeze(plugin) as Plugin
}

/** The plugins of a list, flattened and checked. @throws REG_PLUGIN_INVALID, REG_PLUGIN_API */
export function flattenPlugins(entries: PluginEntry): Plugin[] {
  if (Array.isArray(entries)) return entries.flatMap(flattenPlugins)
  if (!entries) return []
  const plugin = entries as Plugin
  const { name, api, apply, core = thisCore } = plugin
  if (typeof plugin === 'function') fail('REG_PLUGIN_INVALID.factory', { plugin: name })
  const isPlugin = typeof name === 'string' && typeof apply === 'function'
  if (!isPlugin) fail('REG_PLUGIN_INVALID.value', { found: plugin })
  const outdated =
    api > PLUGIN_API ? '@regimen/core' : 'the plugin, and make it with definePlugin'
  const values = {
    plugin: name,
    found: api,
    expected: PLUGIN_API,
    hint: ` Upgrade ${outdated}.`,
  }
  if (api !== PLUGIN_API) fail('REG_PLUGIN_API.other', values, { plugin: name })
  if (core !== thisCore) failForCopy(name, core)
  return [plugin]
}

/** Two copies of core are two sets of private state: what one made, the other does not know. */
function failForCopy(plugin: string, core: string): never {
  const values = { plugin, found: pathOf(core), expected: pathOf(thisCore) }
  return fail('REG_PLUGIN_API.copy', values, { plugin })
}

function pathOf(url: string): string {
  return decodeURI(url).replace(/^file:\/\/(\/(?=[A-Za-z]:))?/, '')
}
