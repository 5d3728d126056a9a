import { readFileSync } from 'node:fs'

/** A block of code in a page. */
export interface CodeBlock {
  /** Path of the page. */
  readonly path: string
  /** Line of the page on which the code begins. */
  readonly line: number
  readonly code: string
}

/** The blocks of TypeScript in a page of Markdown that are not marked `no-run`. */
export function codeBlocks(path: string): CodeBlock[] {
  const page = readFileSync(path, 'utf8')
  return [...page.matchAll(/^```ts[ \t]*\n(.*?)^```[ \t]*$/gms)].map(({ index, 1: code = '' }) => ({
    path,
    line: page.slice(0, index).split('\n').length + 1,
    code,
  }))
}
