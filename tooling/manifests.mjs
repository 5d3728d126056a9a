// What the manifest of every public package says. Where the sources are, and for which versions of
// Node the packages are made, is said once: in the manifest of the workspace. Run as
// `node tooling/manifests.mjs`, it writes into every manifest what follows from that.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The manifest of a folder of the workspace; of the workspace itself without one. */
export function manifestOf(folder = '.') {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
}

/** The packages that are published, by name: `{ folder, manifest }`, `folder` as `packages/core`. */
export function publicPackages() {
  return readdirSync(join(root, 'packages'))
    .filter((name) => existsSync(join(root, 'packages', name, 'package.json')))
    .map((name) => ({ folder: `packages/${name}`, manifest: manifestOf(`packages/${name}`) }))
    .filter(({ manifest }) => manifest.private !== true)
}

/** What is wrong with the manifest of a public package, one sentence each. */
export function manifestFaults({ folder, manifest }, workspace = manifestOf()) {
  const expected = commonFields(folder, workspace)
  return [
    ...Object.entries(expected)
      .filter(([field, value]) => JSON.stringify(manifest[field]) !== JSON.stringify(value))
      .map(([field, value]) => `"${field}" is not ${JSON.stringify(value)}`),
    ...fieldFaults(manifest),
    ...rangeFaults(manifest),
  ]
}

/** What is the same in every package but for its folder. */
function commonFields(folder, workspace) {
  const version = manifestOf('packages/core').version
  const sources = workspace.repository.url
  const page = sources.replace(/^git\+|\.git$/g, '')
  return {
    version,
    license: workspace.license,
    type: 'module',
    homepage: `${page}/tree/main/${folder}#readme`,
    bugs: `${page}/issues`,
    repository: { type: 'git', url: sources, directory: folder },
    engines: workspace.engines,
    publishConfig: { access: 'public', provenance: true },
  }
}

function fieldFaults({ name, description, keywords, files, sideEffects, exports, bin }) {
  const isFeature = /^@regimen\/plugin-/.test(name)
  const rules = [
    [typeof description === 'string' && description !== '', '"description" is missing'],
    [keywords?.includes('regimen'), '"keywords" lack "regimen"'],
    [!isFeature || keywords?.includes('regimen-plugin'), '"keywords" lack "regimen-plugin"'],
    [Array.isArray(files) && files.length > 0, '"files" is missing'],
    [
      sideEffects === false || Array.isArray(sideEffects),
      '"sideEffects" is neither false nor a list',
    ],
    [exports !== undefined || bin !== undefined, 'it has neither "exports" nor "bin"'],
  ]
  return rules.filter(([isKept]) => !isKept).map(([, fault]) => fault)
}

/** Packages of the workspace are named as `workspace:^`, which is `^` and the version once packed. */
function rangeFaults({ dependencies = {}, peerDependencies = {}, scripts = {} }) {
  const names = new Set(publicPackages().map(({ manifest }) => manifest.name))
  const ranges = [...Object.entries(dependencies), ...Object.entries(peerDependencies)]
  const loose = ranges.filter(([name, range]) => names.has(name) && range !== 'workspace:^')
  const hooks = ['preinstall', 'install', 'postinstall', 'prepare'].filter(
    (name) => name in scripts,
  )
  return [
    ...loose.map(([name, range]) => `"${name}" is "${range}", not "workspace:^"`),
    ...('@regimen/core' in dependencies ? ['core is a dependency, not a peer'] : []),
    ...hooks.map((name) => `it has a script "${name}", which runs where it is installed`),
  ]
}

function write({ folder, manifest }) {
  const { name, version, description, keywords = [], ...others } = manifest
  const common = commonFields(folder, manifestOf())
  const words = keywords.includes('regimen') ? keywords : [...keywords, 'regimen']
  const { homepage, bugs, repository } = common
  const places = { homepage, bugs, repository }
  const { dependencies } = others
  const written = { name, version, description, keywords: words, ...places, ...others, ...common }
  if (dependencies !== undefined) written.dependencies = inStep(dependencies)
  const text = `${JSON.stringify(written, null, 2)}\n`
  writeFileSync(join(root, folder, 'package.json'), text)
}

/** Dependencies whose packages of the workspace are named as they have to be. */
function inStep(dependencies) {
  const names = new Set(publicPackages().map(({ manifest }) => manifest.name))
  const entries = Object.entries(dependencies)
  return Object.fromEntries(
    entries.map(([name, range]) => [name, names.has(name) ? 'workspace:^' : range]),
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) publicPackages().forEach(write)
