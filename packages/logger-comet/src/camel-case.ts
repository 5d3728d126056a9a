import { invalidOption } from '@regimen/core'

/**
 * Options with those names in camelCase that are known so: `api_key` becomes `apiKey`. Other names
 * stay as they are, for errors to name them as they were written.
 *
 * @param known all names, in camelCase
 * @throws REG_OPTION_INVALID for an option in both spellings, and for what is no object: it is not
 * shown, for it may be a key
 */
export function inCamelCase(
  given: object,
  known: object,
): Readonly<Record<string, unknown>> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    const details = { foundText: 'not an object' }
    invalidOption(
      'cometLogger',
      'options',
      undefined,
      'an object such as { apiKey }',
      details,
    )
  }
  const renamed: Record<string, unknown> = {}
  for (const [spelling, value] of Object.entries(given)) {
    if (value === undefined) continue
    const camel = camelCase(spelling)
    const name = Object.hasOwn(known, camel) ? camel : spelling
    if (Object.hasOwn(renamed, name)) {
      const details = { foundText: 'given twice, in two spellings' }
      invalidOption('cometLogger', name, undefined, 'one of them', details)
    }
    renamed[name] = value
  }
  return renamed
}

const camelCase = (name: string): string =>
  name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
