/** Levels that JSON in a file may be nested: more than a snapshot needs, few enough for any stack. */
const MAX_DEPTH = 150

/**
 * Parses JSON from outside. What `JSON.parse` lets pass is refused: keys that come twice, of which one
 * would be lost, `__proto__`, which some copies act upon, and nesting that fills the stack.
 *
 * @throws SyntaxError, RangeError saying what is wrong
 */
export function parseUntrusted(text: string): unknown {
  const value: unknown = JSON.parse(text)
  scan(text)
  return value
}

/** Goes through JSON that has been parsed, so that it is known to be well formed. */
function scan(text: string): void {
  const objects: (Set<string> | undefined)[] = []
  for (let position = 0; position < text.length; position++) {
    const sign = text[position]
    if (sign === '{' || sign === '[') objects.push(sign === '{' ? new Set() : undefined)
    else if (sign === '}' || sign === ']') objects.pop()
    else if (sign === '"') {
      const end = endOfString(text, position)
      if (isKey(text, end)) take(objects.at(-1), text.slice(position, end))
      position = end - 1
    }
    if (objects.length > MAX_DEPTH) {
      throw new RangeError(`it is nested deeper than ${MAX_DEPTH} levels`)
    }
  }
}

/** The place after the quote that ends a string. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    let slashes = 0
    while (text[end - 1 - slashes] === '\\') slashes++
    if (slashes % 2 === 0) return end + 1
  }
}

function take(keys: Set<string> | undefined, literal: string): void {
  const key = JSON.parse(literal) as string
  if (key === '__proto__') throw new RangeError('it has the key "__proto__"')
  if (keys?.has(key)) throw new RangeError(`it has the key ${literal} twice`)
  keys?.add(key)
}

function isKey(text: string, end: number): boolean {
  let position = end
  while (' \t\n\r'.includes(text[position] as string)) position++
  return text[position] === ':'
}
