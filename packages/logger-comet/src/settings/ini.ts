/**
 * Reads an INI file into names as the environment has them: `api_key` in the section `[comet]` is
 * `COMET_API_KEY`. Lines that are no setting are passed over.
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
    const name = `${section}_${key.trim()}`.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase()
    values.set(name, value.trim())
  }
  return values
}
