/**
 * What a screen or a file interprets instead of showing it in place: control characters, marks of
 * writing direction, line ends and lone surrogates.
 */
const UNPRINTABLE =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]|\\(?=[nrtxu\\\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff])/gu
const SHORT: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
}

/**
 * A text, such as the name of a metric, made safe for a screen, a file or a table: what does not print
 * is escaped as in JavaScript, `\x1b`, `\n`, `\u202e`. Different texts stay different; printable texts
 * do not change.
 *
 * @example
 * printable('loss\x1b[31m') // 'loss\\x1b[31m'
 */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (found) => {
    const code = found.charCodeAt(0)
    const hex = code.toString(16)
    return (
      SHORT[found] ??
      (code < 256 ? `\\x${hex.padStart(2, '0')}` : `\\u${hex.padStart(4, '0')}`)
    )
  })
}
