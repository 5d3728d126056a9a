import { execFile } from 'node:child_process'
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
import { promisify } from 'node:util'
import { loadConfig } from '@regimen/core/config'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { codeBlocks } from './helpers/code-blocks.js'
import { type Complaint, typeErrors } from './helpers/type-errors.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const loader = new URL('helpers/source-loader.mjs', import.meta.url).href
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

const blocks = pages().flatMap((page) =>
  codeBlocks(join(root, page)).map(({ line, code }) => {
    const name = `${page.replace(/[^a-z0-9]+/gi, '-')}-${line}.ts`
    const file = join(folder, name)
    writeFileSync(file, `${code}\nexport {}\n`)
    return [`${page}:${line}`, { line, code, file }] as const
  }),
)

/** Pages of the repository; a package that runs its own README is left out. */
function pages(): string[] {
  const markdown = (path: string) =>
    readdirSync(join(root, path)).flatMap((name) =>
      name.endsWith('.md') ? [`${path}${name}`] : [],
    )
  const readmes = ['packages/', 'examples/'].flatMap((path) =>
    readdirSync(join(root, path))
      .filter((name) => !runsItself(join(root, path, name, 'test')))
      .map((name) => `${path}${name}/README.md`),
  )
  const all = [...markdown(''), ...markdown('docs/'), ...readmes]
  return all.filter((page) => existsSync(join(root, page)))
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
beforeAll(() => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root)
  errors = typeErrors(
    blocks.map(([, { file }]) => file),
    options,
  )
})

/** Runs a script in a process of its own, which finds the packages of the repository as sources. */
async function run(file: string): Promise<unknown> {
  const args = ['--conditions=@regimen/source', '--import', loader, '--no-warnings', file]
  const options = { cwd: scratch, timeout: 200_000, env: { ...process.env, CI: '1' } }
  return promisify(execFile)(process.execPath, args, options)
}

describe('the code in', () => {
  it.each(blocks)('%s is free of type errors', (_, { file, line }) => {
    const own = errors.filter(({ path }) => path === file)
    const found = own.map((error) => `line ${line + error.line - 1}: ${error.text}`)
    expect(found).toEqual([])
  })

  it.each(blocks)('%s runs', async (_, { code, file }) => {
    if (/^export default defineConfig\(/m.test(code)) {
      await expect(loadConfig({ path: file })).resolves.toHaveProperty('config')
      return
    }
    await expect(run(file)).resolves.toHaveProperty('stdout')
  })
})

describe('a block that', () => {
  const write = (name: string, code: string) => {
    const file = join(folder, name)
    writeFileSync(file, code)
    return file
  }

  it('throws fails', async () => {
    const file = write('throws.ts', "await Promise.reject(new Error('not so'))\n")
    await expect(run(file)).rejects.toThrow('not so')
  })

  it('imports a package of the repository has it from source', async () => {
    const url = pathToFileURL(join(root, 'packages/core/src/index.ts')).href
    const file = write(
      'source.ts',
      `import { Trainer } from '@regimen/core'
import * as source from '${url}'
if (Trainer !== source.Trainer) throw new Error('a copy')
`,
    )
    await expect(run(file)).resolves.toHaveProperty('stdout')
  })
})

it('finds the blocks of a page, and leaves out what is marked no-run', () => {
  const page = join(scratch, 'page.md')
  writeFileSync(page, 'a\n```ts\none\n```\n```sh\nls\n```\n```ts no-run\ntwo\n```\n```ts\n\n```\n')
  expect(codeBlocks(page)).toEqual([
    { path: page, line: 3, code: 'one\n' },
    { path: page, line: 12, code: '\n' },
  ])
  expect(blocks.length).toBeGreaterThan(2)
})
