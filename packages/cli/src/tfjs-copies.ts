import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

const TFJS = '@tensorflow/tfjs-core'

/** A copy of tfjs-core on disk. */
export interface Copy {
  readonly version: string
  readonly path: string
}

interface Manifest {
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** Every copy of tfjs-core that these folders, or a package that they depend on, would import. */
export function tfjsCopies(folders: readonly string[]): Copy[] {
  const roots = new Set(folders.map((folder) => realpathSync(folder)))
  const copies = new Map<string, Copy>()
  const seen = new Set<string>()
  const queue = [...roots]
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    if (seen.has(folder)) continue
    seen.add(folder)
    const manifest = manifestOf(folder)
    const names = [TFJS, ...dependenciesOf(manifest, roots.has(folder))]
    for (const name of names) {
      const found = installed(name, folder)
      if (!found) continue
      queue.push(found)
      if (name === TFJS)
        copies.set(found, { version: manifestOf(found).version ?? '?', path: found })
    }
  }
  return [...copies.values()]
}

function dependenciesOf(manifest: Manifest, isRoot: boolean): string[] {
  const { dependencies, peerDependencies, optionalDependencies, devDependencies } =
    manifest
  const dev = isRoot ? devDependencies : {}
  return Object.keys({
    ...dependencies,
    ...peerDependencies,
    ...optionalDependencies,
    ...dev,
  })
}

function manifestOf(folder: string): Manifest {
  const path = join(folder, 'package.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : {}
}

/** The folder that an import of a package from this folder leads to. */
function installed(name: string, from: string): string | undefined {
  const path = join(from, 'node_modules', name)
  if (existsSync(join(path, 'package.json'))) return realpathSync(path)
  const parent = dirname(from)
  return parent === from ? undefined : installed(name, parent)
}
