import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { manifestOf, publicPackages } from '../tooling/manifests.mjs'
import { nextRelease, releaseFaults } from '../tooling/next-release.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const names = publicPackages().map(({ manifest }) => manifest.name)
const current = manifestOf('packages/core').version
const [, minor = 0, patch = 0] = current.split('.').map(Number)
let workspace: string

/** The manifests and the configuration of this workspace without its pending changesets. */
beforeEach(() => {
  workspace = mkdtempSync(join(tmpdir(), 'regimen-versions-'))
  for (const file of ['package.json', 'pnpm-workspace.yaml', 'tooling/changelog.cjs']) {
    cpSync(join(root, file), join(workspace, file))
  }
  cpSync(join(root, '.changeset/config.json'), join(workspace, '.changeset/config.json'))
  symlinkSync(join(root, 'node_modules'), join(workspace, 'node_modules'), 'junction')
  for (const folder of ['packages', 'examples'].flatMap(foldersIn).concat('bench')) {
    mkdirSync(join(workspace, folder), { recursive: true })
    cpSync(join(root, folder, 'package.json'), join(workspace, folder, 'package.json'))
  }
})

afterEach(() => rmSync(workspace, { recursive: true, force: true }))

function foldersIn(folder: string): string[] {
  return readdirSync(join(root, folder)).map((name) => `${folder}/${name}`)
}

function change(name: string, bumps: Readonly<Record<string, string>>): void {
  const lines = Object.entries(bumps).map(([one, bump]) => `"${one}": ${bump}`)
  const text = ['---', ...lines, '---', '', `What ${name} does.`, ''].join('\n')
  writeFileSync(join(workspace, '.changeset', `${name}.md`), text)
}

function version(): void {
  const bin = join(root, 'node_modules/@changesets/cli/bin.js')
  execFileSync(process.execPath, [bin, 'version'], { cwd: workspace, stdio: 'pipe' })
}

function read(path: string): string {
  return readFileSync(join(workspace, path), 'utf8')
}

it('no pending changeset makes a 1.0.0', async () => {
  expect(releaseFaults(await nextRelease())).toEqual([])
})

it('a minor change of core makes every package the next 0.x, and so does the one after it', async () => {
  for (const next of [minor + 1, minor + 2]) {
    change('first', { '@regimen/core': 'minor' })
    const { releases } = await nextRelease(workspace)
    expect(releases.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
    expect(new Set(releases.map(({ newVersion }) => newVersion))).toEqual(new Set([`0.${next}.0`]))
    version()
    expect(JSON.parse(read('packages/cli/package.json')).version).toBe(`0.${next}.0`)
    const entry = `## 0.${next}.0\n\n### Minor Changes\n\n- What first does.\n`
    expect(read('packages/core/CHANGELOG.md')).toContain(entry)
  }
  const plugin = JSON.parse(read('packages/plugin-seed/package.json'))
  expect(plugin.peerDependencies['@regimen/core']).toBe('workspace:^')
  expect(JSON.parse(read('bench/package.json')).version).toBe('0.0.0')
})

it('a patch of one package is a patch of all', async () => {
  change('repair', { '@regimen/plugin-seed': 'patch' })
  const { releases } = await nextRelease(workspace)
  expect(releases.map(({ name }) => name).toSorted()).toEqual(names.toSorted())
  expect(releases[0]?.newVersion).toBe(`0.${minor}.${patch + 1}`)
})

it('a major change is refused by the name of its changeset', async () => {
  change('quiet', { '@regimen/data': 'minor' })
  change('breaks', { '@regimen/data': 'major' })
  const faults = releaseFaults(await nextRelease(workspace))
  expect(faults).toHaveLength(1)
  expect(faults[0]).toContain('@regimen/core@1.0.0')
  expect(faults[0]).toContain('not "major": .changeset/breaks.md.')
})
