import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { manifestFaults, manifestOf, publicPackages } from '../tooling/manifests.mjs'

const packages = publicPackages()

it.each(packages)(
  'the manifest of $manifest.name says what a registry and its pages need',
  (one) => {
    expect(manifestFaults(one)).toEqual([])
  },
)

it('versions begin at 0.2.0', () => {
  expect(packages.length).toBeGreaterThan(20)
  const [major, minor] = manifestOf('packages/core').version.split('.').map(Number)
  expect(major).toBe(0)
  expect(minor).toBeGreaterThanOrEqual(2)
})

it.each(packages)('the README of $manifest.name says which core it works with', (one) => {
  const text = readFileSync(`${one.folder}/README.md`, 'utf8')
  const said = [...text.matchAll(/`@regimen\/core`\s+(\d+\.\d+)/g)].map(([, version]) => version)
  const { version, dependencies, peerDependencies } = one.manifest
  const range = version.split('.').slice(0, 2).join('.')
  const isNeeded = '@regimen/core' in { ...Object(dependencies), ...Object(peerDependencies) }
  expect(new Set(said)).toEqual(new Set(isNeeded || said.length > 0 ? [range] : []))
})

describe('a manifest that is wrong is refused:', () => {
  const [good] = packages.filter(({ folder }) => folder === 'packages/plugin-seed')

  it.each([
    ['version', '1.0.0', '"version" is not "'],
    ['license', 'ISC', '"license" is not "MIT"'],
    ['homepage', undefined, '"homepage" is not "https://'],
    ['bugs', { url: 'https://example.com' }, '"bugs" is not "https://'],
    ['repository', 'regimen-js/regimen', '"repository" is not {"type":"git","url":"git+https://'],
    ['engines', { node: '>=18' }, '"engines" is not {"node":">=20.19.0"}'],
    ['publishConfig', { access: 'public' }, '"provenance":true}'],
    ['description', '', '"description" is missing'],
    ['keywords', ['tfjs'], '"keywords" lack "regimen"'],
    ['keywords', ['regimen'], '"keywords" lack "regimen-plugin"'],
    ['files', [], '"files" is missing'],
    ['sideEffects', true, '"sideEffects" is neither false nor a list'],
    ['exports', undefined, 'it has neither "exports" nor "bin"'],
    ['peerDependencies', { '@regimen/core': '^0.2.0' }, '"@regimen/core" is "^0.2.0"'],
    ['dependencies', { '@regimen/core': 'workspace:^' }, 'core is a dependency, not a peer'],
    ['scripts', { postinstall: 'node x.js' }, 'it has a script "postinstall"'],
  ])('%s %j', (field, value, fault) => {
    if (good === undefined) throw new Error('no plugin-seed')
    const faults = manifestFaults({ ...good, manifest: { ...good.manifest, [field]: value } })
    expect(faults.join('\n')).toContain(fault)
  })
})
