import { stripVTControlCharacters } from 'node:util'
import type { ProgressStream } from '../../src/index.js'

/** A stream that keeps what was written to it. */
export interface FakeTerminal extends ProgressStream {
  columns: number
  readonly writes: string[]
  /** Everything, without colours and cursor movements. */
  readonly text: string
  /** Lines drawn with a bar or count, each once. */
  frames(pattern: RegExp): string[]
  resize(columns: number): void
  readonly listenerCount: number
}

/** A terminal of some width that takes 24 lines. */
export function fakeTerminal({ columns = 80, isTTY = true } = {}): FakeTerminal {
  const listeners = new Set<() => void>()
  const writes: string[] = []
  const terminal: FakeTerminal = {
    columns,
    rows: 24,
    isTTY,
    writes,
    write: (text: string) => writes.push(text),
    on: (_: 'resize', listener: () => void) => listeners.add(listener),
    off: (_: 'resize', listener: () => void) => listeners.delete(listener),
    get text() {
      return stripVTControlCharacters(writes.join(''))
    },
    frames: (pattern) =>
      writes
        .flatMap((text) => stripVTControlCharacters(text).split('\n'))
        .filter((line) => pattern.test(line)),
    resize(next) {
      terminal.columns = next
      for (const listener of listeners) listener()
    },
    get listenerCount() {
      return listeners.size
    },
  }
  return terminal
}

/** What a terminal shows after all that was written to it: understands what bars use. */
export function shownBy(writes: readonly string[]): string[] {
  const lines: string[] = ['']
  let row = 0
  const escapeCharacter = String.fromCharCode(27)
  const pattern = `${escapeCharacter}\\[(\\?)?(\\d*)([A-Za-z])|\\n|\\r|[^${escapeCharacter}\\n\\r]+`
  const tokens = writes.join('').matchAll(new RegExp(pattern, 'g'))
  let column = 0
  for (const [token, isPrivate, amount, command] of tokens) {
    const line = lines[row] ?? ''
    if (token === '\n') {
      row++
      column = 0
      lines[row] ??= ''
    } else if (token === '\r' || command === 'G') column = 0
    else if (command === 'A') row = Math.max(0, row - Number(amount || 1))
    else if (command === 'B') row += Number(amount || 1)
    else if (command === 'K') lines[row] = amount === '2' ? '' : line.slice(0, column)
    else if (command === undefined && !isPrivate) {
      lines[row] = line.slice(0, column).padEnd(column) + token + line.slice(column + token.length)
      column += token.length
    }
  }
  return lines.map((line) => line.trimEnd()).filter((line) => line !== '')
}
