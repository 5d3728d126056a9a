/** Reads a `.env` file: `NAME=value`, with or without `export` and quotes. */
export function parseDotenv(text: string): Map<string, string> {
  const values = new Map<string, string>()
  for (const line of text.split(/\r?\n/)) {
    const [, name, value] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=(.*)$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) values.set(name, unquoted(value.trim()))
  }
  return values
}

function unquoted(value: string): string {
  const quoted = /^(["'])(.*?)\1/.exec(value)?.[2]
  return quoted ?? value.replace(/\s+#.*$/, '')
}
