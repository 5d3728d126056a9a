// Writes dist/templates, from which projects and plugins are made: the templates of this package, a
// copy of packages/plugin-hello, and the versions that the workspace has now. Runs after each build;
// tooling/setup.mjs builds anew when one of them has changed.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..')
const own = join(root, 'packages/create-regimen')
const read = (...path) => readFileSync(join(root, ...path), 'utf8')

/** Ranges of all packages of the workspace and of its catalog, by name. */
export function versionRanges() {
  const { catalog } = parse(read('pnpm-workspace.yaml'))
  const manifests = readdirSync(join(root, 'packages')).map((name) =>
    JSON.parse(read('packages', name, 'package.json')),
  )
  const published = manifests.filter((manifest) => manifest.private !== true)
  const ours = published.map(({ name, version }) => [name, `^${version}`])
  return { ...catalog, ...Object.fromEntries(ours) }
}

/** Writes all templates into a folder, which is emptied first. */
export function writeTemplates(folder) {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  cpSync(join(own, 'templates'), folder, { recursive: true })
  const plugin = join(root, 'packages/plugin-hello')
  for (const part of ['src', 'test', 'README.md']) {
    cpSync(join(plugin, part), join(folder, 'plugin', part), { recursive: true })
  }
  // A package.json inside of a package would be taken for that of a package.
  cpSync(join(plugin, 'package.json'), join(folder, 'plugin/manifest.json'))
  writeFileSync(join(folder, 'versions.json'), `${JSON.stringify(versionRanges(), null, 2)}\n`)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeTemplates(join(own, 'dist/templates'))
