// Packs packages as they are published: pnpm writes versions where a manifest of the workspace has
// `workspace:` and `catalog:`, and adds the license.
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { manifestOf, publicPackages } from './manifests.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs the pnpm of the workspace in it, and gives what it wrote to its standard output. */
export function pnpm(args) {
  return execFileSync('npx', ['--yes', manifestOf().packageManager, ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 26,
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/**
 * Packs every public package into the folder `out`: `{ name, folder, manifest, file }` of each, by name.
 * What a script `prepack` prints comes before the JSON.
 */
export function packAll(out) {
  const packages = publicPackages()
  const filters = packages.map(({ folder }) => `--filter=./${folder}`)
  const printed = pnpm(['--recursive', ...filters, 'pack', '--pack-destination', out, '--json'])
  const packed = JSON.parse(printed.slice(printed.search(/^[[{]$/m)))
  const files = new Map([packed].flat().map(({ name, filename }) => [name, filename]))
  return packages.map(({ folder, manifest }) => {
    const file = files.get(manifest.name)
    if (file === undefined) throw new Error(`pnpm packed no ${manifest.name}`)
    return { name: manifest.name, folder, manifest, file }
  })
}
