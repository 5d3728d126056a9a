import type { JsonSchema } from '../floor/number-range.js'
import { objectSchema } from '../floor/option-json.js'
import type { OptionFields } from '../floor/option-types.js'
import { configFields } from './check-config.js'
import { type ImportPlace, importPackage } from './import-file.js'
import { installedPlugins } from './resolve-plugins.js'

/** What is asked of a schema: its options. */
type OptionSet = { readonly fields: OptionFields }

/** A plugin that a config may name, and what it takes. */
export interface NamedSchema {
  /** What a config calls it. */
  readonly name: string
  readonly options: OptionSet
}

/**
 * What the installed plugins take: the schema that each package exports as `options`. One that cannot
 * be imported, or exports none, is skipped.
 */
export async function pluginSchemas(place: ImportPlace): Promise<NamedSchema[]> {
  const found = await Promise.all(
    installedPlugins(place).map(async ({ name, package: from }) => {
      const exported = await importPackage(from, place.from, place.tools).catch(
        () => undefined,
      )
      const { options } = exported ?? {}
      return isSchema(options) ? [{ name, options }] : []
    }),
  )
  return found.flat()
}

/** The JSON schema of a config in JSON or YAML. @param plugins those whose options are checked */
export function configJsonSchema(plugins: readonly NamedSchema[]): JsonSchema {
  const { properties, ...schema } = objectSchema(configFields)
  const known = plugins.map(({ name }) => name)
  const bare = plugins
    .filter(({ options }) => !isNeeding(options))
    .map(({ name }) => name)
  const other = { type: 'string', not: { enum: known } }
  const pair = (name: JsonSchema, options: JsonSchema) => ({
    type: 'array',
    items: [name, options],
    minItems: 2,
    maxItems: 2,
  })
  const pairs = plugins.map(({ name, options }) =>
    pair({ const: name }, objectSchema(options.fields)),
  )
  const entries = [{ enum: bare }, other, ...pairs, pair(other, { type: 'object' })]
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'A config of Regimen',
    ...schema,
    properties: {
      $schema: { type: 'string' },
      ...(properties as JsonSchema),
      plugins: {
        type: 'array',
        items: { anyOf: entries },
        description: 'plugins by name',
      },
    },
  }
}

const isNeeding = ({ fields }: OptionSet): boolean =>
  Object.values(fields).some(({ spec }) => spec.isRequired)

const isSchema = (value: unknown): value is OptionSet =>
  typeof value === 'object' && value !== null && 'fields' in value && 'owner' in value
