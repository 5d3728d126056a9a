import { execFileSync, spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { manifestOf } from '../tooling/manifests.mjs'
import { upstreamRegistry, whyNoUpstream } from '../tooling/registry/registry.mjs'

/** Packages that the two scaffolds ask for; what these need is packed too. */
const WANTED = [
  'create-regimen',
  '@regimen/backend-wasm',
  '@regimen/cli',
  '@regimen/data',
  '@regimen/optimizers',
  '@regimen/plugin-fast-dev-run',
  '@regimen/plugin-seed',
  '@regimen/preset-default',
  '@regimen/testing',
]

const root = fileURLToPath(new URL('..', import.meta.url))
const packageManager = String(manifestOf().packageManager)
const pnpm = (args: readonly string[], cwd: string) =>
  execFileSync('npx', ['--yes', packageManager, ...args], {
    cwd,
    encoding: 'utf8',
    stdio: 'pipe',
  })

let base: string
/** Where the tarball of each package is, by its name. */
let tarballs: Readonly<Record<string, string>>

function command(cwd: string, name: string, args: readonly string[]) {
  const { NODE_PATH: _, npm_config_user_agent: __, ...env } = process.env
  const options = { cwd, encoding: 'utf8', env: { ...env, NO_COLOR: '1', CI: '1' } } as const
  const { status, stdout, stderr } = spawnSync(name, args, options)
  return { status, stdout, stderr }
}

/** Installs a package with the tarballs in the place of what a registry would have. */
function install(folder: string): void {
  const overrides = `packages: []\noverrides: ${JSON.stringify(tarballs)}\n`
  writeFileSync(join(folder, 'pnpm-workspace.yaml'), overrides)
  const flags = ['--prefer-offline', '--no-frozen-lockfile', '--ignore-scripts']
  pnpm(['install', ...flags], folder)
}

interface Ranges {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
}

/** Packages of the workspace, and those that they depend on. */
function withNeeded(names: readonly string[]): string[] {
  const needed = new Set(names)
  for (const name of needed) {
    const folder = name.replace('@regimen/', 'packages/').replace(/^create/, 'packages/create')
    const { dependencies, peerDependencies } = manifestOf(folder) as Ranges
    for (const [other, range] of Object.entries({ ...dependencies, ...peerDependencies })) {
      if (range.startsWith('workspace:')) needed.add(other)
    }
  }
  return [...needed]
}

const create = (...args: readonly string[]) =>
  command(base, join(base, 'alone/node_modules/.bin/create-regimen'), args)

beforeAll(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'regimen-scaffold-')))
  const filters = withNeeded(WANTED).map((name) => `--filter=${name}`)
  const out = join(base, 'tarballs')
  const text = pnpm(['--recursive', ...filters, 'pack', '--pack-destination', out, '--json'], root)
  const packed = JSON.parse(text) as { name: string; filename: string }[]
  tarballs = Object.fromEntries(packed.map(({ name, filename }) => [name, `file:${filename}`]))
  const dependencies = { 'create-regimen': tarballs['create-regimen'] }
  mkdirSync(join(base, 'alone'))
  writeFileSync(join(base, 'alone/package.json'), JSON.stringify({ private: true, dependencies }))
  install(join(base, 'alone'))
}, 300_000)

afterAll(() => {
  rmSync(base, { recursive: true, force: true })
})

describe('a project from the tarballs', () => {
  let project: string
  beforeAll(() => {
    project = join(base, 'flowers')
    expect(create('flowers', '--data', 'table')).toMatchObject({ status: 0, stderr: '' })
    const { dependencies } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'))
    const { version } = manifestOf('packages/core')
    expect(dependencies).toMatchObject({
      '@regimen/core': `^${version}`,
      '@regimen/cli': `^${version}`,
    })
    install(project)
  }, 300_000)

  it('trains with npm start: loss and accuracy of each epoch, and nothing that is not about the run', () => {
    const { status, stdout, stderr } = command(project, 'npm', ['start', '--silent'])
    expect({ status }, stderr).toEqual({ status: 0 })
    const epochs = stdout.match(
      /^epoch \d+\/40 {2}[\d.]+ m?s {2}loss [\d.]+ {2}accuracy [\d.]+ {2}val_loss [\d.]+ {2}val_accuracy [\d.]+$/gm,
    )
    expect(epochs?.length ?? 0, stdout).toBeGreaterThan(5)
    expect(`${stdout}${stderr}`).not.toMatch(
      /warning|deprecat|experimental|tfjs-node|already registered|Hi,/i,
    )
    expect(stderr).toMatch(/^To train on.*: npx regimen fit --resume last.*\n$/)
    for (const name of ['last', 'best']) {
      expect(existsSync(join(project, `runs/checkpoints/version_0/${name}.safetensors`))).toBe(true)
    }
  })

  it('passes its test, and evaluates the best checkpoint', () => {
    const tested = command(project, 'npm', ['test'])
    expect({ status: tested.status }, tested.stdout + tested.stderr).toEqual({ status: 0 })
    expect(tested.stdout).toMatch(/Tests +2 passed/)
    const { stdout } = command(project, 'npm', ['run', '--silent', 'evaluate'])
    expect(Number(/test_accuracy=(\S+)/.exec(stdout)?.[1])).toBeGreaterThanOrEqual(0.9)
  })
})

// Where packages can be had from a registry, registry.system.test.ts does the same from one.
const noRegistry = await whyNoUpstream(await upstreamRegistry())

describe.runIf(noRegistry !== undefined)('a plugin from the tarballs', () => {
  it('passes its tests, its types and the checks of a package as made', () => {
    const folder = join(base, 'regimen-plugin-stop-below')
    expect(create('plugin', 'stop-below')).toMatchObject({ status: 0, stderr: '' })
    install(folder)
    const tested = command(folder, 'npm', ['test'])
    const output = tested.stdout + tested.stderr
    expect({ status: tested.status }, output).toEqual({ status: 0 })
    expect(output).toMatch(/✓ .*contract\.test\.ts/)
    expect(output).toMatch(/no errors/)
    expect(output).not.toMatch(/Hi,|warning/)
    const checked = command(folder, 'npm', ['run', 'check'])
    expect({ status: checked.status }, checked.stdout + checked.stderr).toEqual({ status: 0 })
  })
})
