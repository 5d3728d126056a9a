import { execFileSync, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createContext, runInContext } from 'node:vm'
import { build, type Metafile, transform } from 'esbuild'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { typeErrors } from './helpers/type-errors.js'

const PACKAGES = ['core', 'cli', 'data', 'dashboard']
const INSTALLED = ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu']
const TFJS = '4.22.0'

/** What `tsc --init` gives, and stricter. */
const STRICT: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.esnext.disposable.d.ts'],
  types: [],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
}

const root = fileURLToPath(new URL('..', import.meta.url))
const fixtures = join(root, 'test', 'fixtures')
const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
let base: string
let project: string

function pnpm(args: readonly string[], cwd: string): void {
  execFileSync('npx', ['--yes', packageManager, ...args], { cwd, stdio: 'pipe' })
}

/** The path of a package's tarball, as it would be published. */
function pack(folder: string): string {
  const before = new Set(readdirSync(base))
  pnpm(['pack', '--pack-destination', base], folder)
  return join(base, readdirSync(base).find((name) => !before.has(name)) as string)
}

beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'regimen-outside-')))
  project = join(base, 'project')
  const tarballs = PACKAGES.map((name) => {
    const folder = join(root, 'packages', name)
    const types = join(folder, 'dist', 'index.d.ts')
    expect(existsSync(types), `${types}; run "npm run build"`).toBe(true)
    return [`@regimen/${name}`, `file:${pack(folder)}`]
  })
  const hello = `file:${pack(join(fixtures, 'regimen-plugin-hello'))}`
  cpSync(join(fixtures, 'outside'), project, { recursive: true })
  const manifest = {
    name: 'outside',
    private: true,
    type: 'module',
    dependencies: {
      ...Object.fromEntries(tarballs),
      ...Object.fromEntries(INSTALLED.map((name) => [name, TFJS])),
      'regimen-plugin-hello': hello,
    },
    pnpm: { overrides: Object.fromEntries(tarballs) },
  }
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(project, 'pnpm-workspace.yaml'), 'packages: []\n')
  pnpm(['install', '--prefer-offline', '--no-frozen-lockfile', '--ignore-scripts'], project)
}, 400_000)

afterAll(() => {
  rmSync(base, { recursive: true, force: true })
})

describe('core by itself', () => {
  it('installs nothing that only reads configs, defines one, and says what loading takes', () => {
    const alone = join(base, 'alone')
    mkdirSync(alone)
    const { dependencies, ...manifest } = JSON.parse(
      readFileSync(join(project, 'package.json'), 'utf8'),
    )
    const names = ['@regimen/core', '@tensorflow/tfjs-core']
    const kept = Object.fromEntries(names.map((name) => [name, dependencies[name]]))
    writeFileSync(
      join(alone, 'package.json'),
      JSON.stringify({ ...manifest, name: 'alone', dependencies: kept }),
    )
    writeFileSync(join(alone, 'pnpm-workspace.yaml'), 'packages: []\n')
    pnpm(['install', '--prefer-offline', '--no-frozen-lockfile', '--ignore-scripts'], alone)
    const installed = readdirSync(join(alone, 'node_modules', '.pnpm'))
    expect(installed.filter((name) => /^(cosmiconfig|jiti|js-yaml)@/.test(name))).toEqual([])
    const program = `
      import { defineConfig, loadConfig } from '@regimen/core/config'
      const config = { module: {}, data: { train: [] } }
      console.log(defineConfig(config) === config)
      await loadConfig().catch(({ message }) => console.log(message))
    `
    const output = execFileSync('node', ['--input-type=module', '--eval', program], {
      cwd: alone,
      encoding: 'utf8',
      env: { ...process.env, NODE_PATH: '' },
    })
    expect(output).toMatch(/^true\nREG_CONFIG_UNREADABLE: .* npm install cosmiconfig@9 jiti@2/)
  })
})

describe('regimen fit in a project of its own', () => {
  it('finds a plugin of somebody else by name, trains with one tfjs and one core, and exits with 0', () => {
    const command = join(project, 'node_modules', '.bin', 'regimen')
    const { status, stdout, stderr } = spawnSync(command, ['fit'], {
      cwd: project,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', NODE_PATH: '' },
    })
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(stdout).toContain('greetings 3')
    expect(stderr.match(/hello tarballs/g)).toHaveLength(3)
  })

  it('trains by names only, as a config says that compiles without an import of its plugins', () => {
    const path = join(project, 'named.config.ts')
    expect(readFileSync(path, 'utf8')).not.toMatch(/(import|from) 'regimen-plugin/)
    expect(typeErrors([path], STRICT)).toEqual([])
    const command = join(project, 'node_modules', '.bin', 'regimen')
    const { status, stderr } = spawnSync(command, ['fit', '--config', path], {
      cwd: project,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: '1', NODE_PATH: '' },
    })
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(stderr.match(/hello names/g)).toHaveLength(2)
  })

  it('has all names and options checked once "regimen types" was called', () => {
    const path = join(project, 'closed.config.ts')
    expect(typeErrors([path], STRICT)).toEqual([])
    const command = join(project, 'node_modules', '.bin', 'regimen')
    const args = ['types', '--config', 'named.config.ts']
    const { status, stdout } = spawnSync(command, args, { cwd: project, encoding: 'utf8' })
    const written = join(project, 'regimen-env.d.ts')
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: `${written} has the types of 1 plugin.\n`,
    })
    const paths = [path, written]
    const errors = typeErrors(paths, { ...STRICT, skipLibCheck: false })
    expect(errors.map(({ line, text }) => `${line} ${text}`)).toEqual([
      expect.stringMatching(/^8 .*"helo"/s),
      expect.stringMatching(/^10 .*'too' does not exist in type 'HelloOptions'/s),
    ])
  })

  it.each(['@regimen/core', '@tensorflow/tfjs-core'])('%s is the same file for all', (name) => {
    const users = ['@regimen/cli', '@regimen/data', 'regimen-plugin-hello', '@regimen/core']
    const folders = users.map((user) => realpathSync(join(project, 'node_modules', user)))
    const askers = [project, ...folders.filter((folder) => declares(folder, name))]
    const found = askers.map((folder) =>
      realpathSync(createRequire(join(folder, 'any.js')).resolve(`${name}/package.json`)),
    )
    expect(askers.length).toBeGreaterThanOrEqual(3)
    expect(new Set(found).size, found.join('\n')).toBe(1)
    expect(found[0]).toContain(base)
  })
})

describe('the first program of a newcomer, with a module in place', () => {
  it('compiles under strict, without a cast or a type written down, and trains', async () => {
    const path = join(project, 'newcomer.ts')
    const found = typeErrors([path, join(project, 'newcomer.config.ts')], STRICT)
    expect(found).toEqual([])
    const source = readFileSync(path, 'utf8')
    expect(source).not.toMatch(/ as (?!tf\b)|\bany\b|@ts-/)
    const { code } = await transform(source, { loader: 'ts', target: 'es2022' })
    const script = join(project, 'newcomer.js')
    writeFileSync(script, `${code}\nprocess.stdout.write(JSON.stringify(result))\n`)
    const { status, stdout, stderr } = spawnSync(process.execPath, [script], { encoding: 'utf8' })
    expect({ status, stderr }).toMatchObject({ status: 0 })
    expect(JSON.parse(stdout.slice(stdout.lastIndexOf('{')))).toEqual({
      stop: 'maxEpochs',
      loss: expect.stringMatching(/^0\.00/),
      validation: expect.stringMatching(/^0\.00/),
      guesses: 16,
      tensors: 0,
    })
  })

  it('hears of a wrong batch by the names of the two types', () => {
    const errors = typeErrors([join(project, 'wrong-batch.ts')], STRICT)
    expect(errors.map(({ line }) => line)).toEqual([14, 16, 18, 21, 24])
    for (const { text } of errors) {
      expect(text).toMatch(/'image' is missing in type '.*x: .*' but required in type 'Pictures'/s)
      expect(text).not.toMatch(/overload|automaticOptimization' is missing/)
    }
  })
})

describe('types in a project of its own', () => {
  it.each([
    ['nodenext', ts.ModuleKind.NodeNext, ts.ModuleResolutionKind.NodeNext],
    ['bundler', ts.ModuleKind.ESNext, ts.ModuleResolutionKind.Bundler],
  ])(
    'know what a plugin adds to metrics, options and services (%s)',
    (_, module, moduleResolution) => {
      const options = { module, moduleResolution, strict: true, target: ts.ScriptTarget.ES2022 }
      const lib = ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.esnext.disposable.d.ts']
      const paths = ['typed.ts', 'misspelt.ts'].map((name) => join(project, name))
      const errors = typeErrors(paths, { ...options, lib, types: [], skipLibCheck: true })
      const found = errors.map(
        ({ path, line, text }) => `${path.split('/').at(-1)}:${line} ${text}`,
      )
      expect(found.filter((error) => !error.startsWith('misspelt.ts'))).toEqual([])
      expect(found).toEqual([
        expect.stringMatching(/^misspelt\.ts:7 .*too/s),
        expect.stringMatching(/^misspelt\.ts:9 .*helo/s),
        expect.stringMatching(/^misspelt\.ts:11 .*"greeting"/s),
      ])
    },
  )

  it('check the options of a plugin whose types are imported, and take other names', () => {
    const errors = typeErrors([join(project, 'wrong-options.config.ts')], STRICT)
    expect(errors.map(({ line, text }) => `${line} ${text}`)).toEqual([
      expect.stringMatching(/^9 .*'too' does not exist in type 'HelloOptions'/s),
      expect.stringMatching(/^11 .*'number' is not assignable to type 'string'/s),
    ])
  })
})

describe('a bundle for browsers', () => {
  let code: string
  let inputs: Metafile['inputs']
  beforeAll(async () => {
    const { outputFiles, metafile } = await build({
      entryPoints: [join(project, 'browser.js')],
      absWorkingDir: project,
      bundle: true,
      platform: 'browser',
      format: 'iife',
      globalName: 'bundle',
      metafile: true,
      write: false,
      logLevel: 'silent',
    })
    code = outputFiles[0]?.text ?? ''
    inputs = metafile.inputs
  })

  it('needs nothing of Node, and neither cosmiconfig nor jiti', () => {
    const imports = Object.values(inputs).flatMap((input) => input.imports)
    const wanted = imports.filter(({ path, external }) => external || path.startsWith('node:'))
    expect(wanted).toEqual([])
    const packages = Object.keys(inputs).filter((path) => /\/(cosmiconfig|jiti)\//.test(path))
    expect(packages).toEqual([])
    expect(Object.keys(inputs).some((path) => path.includes('@regimen/core/dist'))).toBe(true)
  })

  it('has one engine of tfjs', () => {
    expect(code.match(/class _?Engine\d* \{/g)).toHaveLength(1)
    const copies = Object.keys(inputs).filter((path) => /tfjs-core\/dist\/engine\.js$/.test(path))
    expect(copies).toHaveLength(1)
  })

  it('trains where no global of Node exists', async () => {
    const { train } = runInContext(`${code};bundle`, createContext(browserGlobals()))
    expect(await train()).toMatchObject({
      stop: { kind: 'maxEpochs' },
      step: 2,
      weight: 0.75,
      metrics: { loss: (1 + 0.25) / 2, greetings: 1 },
      reports: ['hello world'],
      tensors: 0,
    })
  })
})

/** What a page has that this bundle may use, and nothing that only Node has. */
function browserGlobals(): object {
  const globals = { setTimeout, clearTimeout, setInterval, clearInterval, performance, console }
  const classes = { AbortController, AbortSignal, MessageChannel, TextEncoder, TextDecoder, Event }
  const page: Record<string, unknown> = { ...globals, ...classes, document: {}, navigator: {} }
  return Object.assign(page, { window: page, self: page, queueMicrotask, structuredClone, fetch })
}

function declares(folder: string, name: string): boolean {
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  )
  return name in { ...dependencies, ...peerDependencies }
}
