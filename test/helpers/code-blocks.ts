import { readFileSync } from 'node:fs'

/** A fenced block of a page. */
export interface Fence {
  /** Path of the page. */
  readonly path: string
  /** Line of the page on which the code begins. */
  readonly line: number
  /** What it is, `ts`; empty where nothing is said. */
  readonly language: string
  /** What follows the language: `no-run`, `continued`. */
  readonly marks: string
  readonly code: string
}

/** A program of TypeScript in a page: a block, and those that continue it. */
export interface Program {
  /** Path of the page. */
  readonly path: string
  /** Line of the page on which the code begins. */
  readonly line: number
  /** The code, on the lines that it has in the page. */
  readonly code: string
  /** Whether it is run, or only compiled. */
  readonly isRun: boolean
}

const MARKS = ['', 'no-run', 'continued']

/** Every fenced block of a page of Markdown. */
export function fencesOf(path: string): Fence[] {
  const page = readFileSync(path, 'utf8')
  const found = [...page.matchAll(/^```([a-z]*)([^\n`]*)\n(.*?)^```[ \t]*$/gms)]
  return found.map(({ index, 1: language = '', 2: marks = '', 3: code = '' }) => ({
    path,
    line: lineAt(page, index) + 1,
    language,
    marks: marks.trim(),
    code,
  }))
}

/**
 * The programs of a page. A block that is `continued` belongs to the program before it; one that is `no-run` is only
 * compiled.
 */
export function programsOf(path: string): Program[] {
  const programs: Program[] = []
  for (const { language, marks, line, code } of fencesOf(path)) {
    if (language !== 'ts') continue
    if (!MARKS.includes(marks)) throw new Error(`${path}:${line}: a block of "ts ${marks}"`)
    const last = programs.at(-1)
    if (marks !== 'continued') {
      programs.push({ path, line, code: onLine(line, code), isRun: marks !== 'no-run' })
    } else if (last) {
      programs[programs.length - 1] = { ...last, code: onLine(line, code, last.code) }
    } else throw new Error(`${path}:${line} continues nothing`)
  }
  return programs
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length
}

/** Code that begins on a line, after other code. */
export function onLine(line: number, code: string, before = ''): string {
  return before + '\n'.repeat(line - lineAt(before, before.length)) + code
}
