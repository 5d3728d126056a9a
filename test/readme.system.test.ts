import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { loadConfig } from '@regimen/core/config'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publicPackages } from '../tooling/manifests.mjs'
import { programsOf } from './helpers/code-blocks.js'
import { examplesOf } from './helpers/examples.js'
import { userPages } from './helpers/pages.js'
import { runPrograms } from './helpers/run-programs.js'
import { type Complaint, typeErrors } from './helpers/type-errors.js'

const root = fileURLToPath(new URL('..', import.meta.url))
/** Where the code is put: inside the repository, with all of its packages installed. */
const folder = mkdtempSync(join(root, 'test', '.readme-'))
const installed = join(folder, 'node_modules', '@regimen')
mkdirSync(installed, { recursive: true })
for (const name of readdirSync(join(root, 'packages'))) {
  symlinkSync(join(root, 'packages', name), join(installed, name), 'junction')
}
// The packages of tfjs that the repository itself does without.
const ofTfjs = join(folder, 'node_modules', '@tensorflow')
mkdirSync(ofTfjs)
const dataOfTfjs = join(root, 'packages/core/node_modules/@tensorflow/tfjs-data')
symlinkSync(realpathSync(dataOfTfjs), join(ofTfjs, 'tfjs-data'), 'junction')
const scratch = mkdtempSync(join(tmpdir(), 'regimen-readme-'))

const found = [
  ...pages().map((page) => ({ page, own: programsOf(join(root, page)) })),
  ...publicPackages().flatMap(({ folder: of }) =>
    examplesOf(of).map((one) => ({ page: one.path, own: [one] })),
  ),
]
const programs = found.flatMap(({ page, own }) =>
  own.map((program) => {
    const name = `${page.replace(/[^a-z0-9]+/gi, '-')}-${program.line}.ts`
    const file = join(folder, name)
    writeFileSync(file, `${program.code}\nexport {}\n`)
    return [`${page}:${program.line}`, { ...program, file }] as const
  }),
)
const configs = programs.filter(([, { isRun, code }]) => isRun && isConfig(code))
const scripts = programs.filter(([, { isRun, code }]) => isRun && !isConfig(code))

function isConfig(code: string): boolean {
  return /^export default defineConfig\(/m.test(code)
}

/** Pages with code; a package that runs its own README is left out. */
function pages(): string[] {
  return userPages().filter((page) => !runsItself(join(root, page, '..', 'test')))
}

/** Whether a package has a test of its README. */
function runsItself(tests: string): boolean {
  return existsSync(tests) && readdirSync(tests).some((name) => /^readme\..*test\.ts$/.test(name))
}

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  rmSync(scratch, { recursive: true, force: true })
})

let errors: Complaint[]
let faults: Map<string, string | undefined>
beforeAll(async () => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  const running = runPrograms(
    scripts.map(([, { file }]) => file),
    scratch,
  )
  errors = typeErrors(
    programs.map(([, { file }]) => file),
    options,
  )
  faults = await running
})

describe('the code in', () => {
  it.each(programs)('%s is free of type errors', (_, { path: source, file, isRun }) => {
    // What is not run may import a file of the reader's; an example may name what the reader has.
    const readers = source.endsWith('.ts')
      ? /^Cannot find (?:module '\.\/|name ')|^No value exists in scope|implicitly has an 'any' type/
      : /^Cannot find module '\.\//
    const isMeant = (text: string) => isRun || !readers.test(text)
    const own = errors.filter(({ path, text }) => path === file && isMeant(text))
    expect(own.map(({ line, text }) => `line ${line}: ${text}`)).toEqual([])
  })

  it.each(scripts)('%s runs', (_, { file }) => {
    expect(faults.has(file)).toBe(true)
    expect(faults.get(file)).toBeUndefined()
  })

  it.each(configs)('%s is a config', async (_, { file }) => {
    await expect(loadConfig({ path: file })).resolves.toHaveProperty('config')
  })

  it.each(scripts)('%s chooses an engine if it computes', (_, { code }) => {
    // All are run in one process, in which another one may have chosen.
    const computes = /\btf\.(?!train\b|[A-Z])\w+\(|\.fit\(/.test(code)
    const chooses =
      /tfjs-backend-\w+'|\buseWasm\(|\bengine\(|\bplugins: \[wasm\(|@regimen\/testing/.test(code)
    expect(chooses || !computes).toBe(true)
  })
})

describe('a program that', () => {
  const write = (name: string, code: string) => {
    const file = join(folder, name)
    writeFileSync(file, code)
    return file
  }

  it('throws, later too, or ends the process fails alone; it has the packages from source', async () => {
    const url = pathToFileURL(join(root, 'packages/core/src/index.ts')).href
    const own = `import { Trainer } from '@regimen/core'
import * as source from '${url}'
if (Trainer !== source.Trainer) throw new Error('a copy')
`
    const files = [
      write('throws.ts', "await Promise.reject(new Error('not so'))\n"),
      write('throws-later.ts', "Promise.reject(new Error('nor so'))\n"),
      write('ends.ts', 'process.exit(3)\n'),
      write('source.ts', own),
    ]
    const ended = await runPrograms(files, scratch)
    expect(files.map((file) => ended.get(file)?.split('\n')[0])).toEqual([
      'Error: not so',
      'Error: nor so',
      'it ended the process with 3',
      undefined,
    ])
  })
})

it('finds the programs of a page: what continues, and what is not run', () => {
  const page = join(scratch, 'page.md')
  writeFileSync(
    page,
    'a\n```ts\none\n```\n```sh\nls\n```\n```ts no-run\ntwo\n```\n```ts\n3\n```\n\n```ts continued\n4\n```\n',
  )
  expect(programsOf(page)).toEqual([
    { path: page, line: 3, code: '\n\none\n', isRun: true },
    { path: page, line: 9, code: `${'\n'.repeat(8)}two\n`, isRun: false },
    { path: page, line: 12, code: `${'\n'.repeat(11)}3\n\n\n\n4\n`, isRun: true },
  ])
  expect(scripts.length).toBeGreaterThan(20)
})
