import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, resolve, sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Manifest } from '../spool/manifest.js'
import { loadWriter } from '../worker/load-writer.js'
import type { WriterFactory } from '../writer/log-writer.js'

/** A name as npm allows it: nothing that is a path, an address or a module of Node. */
const PACKAGE_NAME = /^(@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/
const SUBPATH = /^\.(\/[\w-][\w.-]*)+$/

/** Where writers may come from. */
export interface WriterPlaces {
  /** Folder of the project, as seen from which packages are installed. */
  readonly from: string
  /** Writers that the caller vouches for, by the name of their logger. */
  readonly writers: Readonly<Record<string, WriterFactory<never>>>
  /** Folder that the spool is in: no code in it is run. */
  readonly rootDir: string
}

/**
 * The writer that delivers what a run has left. A manifest is only believed as far as it names a
 * package: that one must be installed in the project, and its `package.json` must say that it is a
 * logger, `"regimen": { "logger": "./writer" }`, by which of its exports.
 *
 * @throws if there is none, with what to do; nothing of the package has run then
 */
export async function findWriter(
  { name, package: packageName }: Manifest,
  { from, writers, rootDir }: WriterPlaces,
): Promise<WriterFactory<never>> {
  if (Object.hasOwn(writers, name)) return writers[name] as WriterFactory<never>
  if (packageName === undefined) {
    const way = 'The next run of its training script in this folder delivers it'
    throw new Error(`the logger "${name}" is in no package. ${way}`)
  }
  if (!PACKAGE_NAME.test(packageName)) {
    throw new Error(
      `its logger, ${JSON.stringify(packageName)}, is not the name of a package`,
    )
  }
  const folder = packageFolder(packageName, resolve(from), resolve(rootDir))
  if (folder === undefined) {
    const place = `is not installed, as seen from ${from}`
    throw new Error(`its logger, ${packageName}, ${place}. Install it there`)
  }
  return loadWriter(await writerModule(packageName, folder))
}

/** The nearest folder of that package, going up; the project itself may be the package. */
function packageFolder(
  name: string,
  from: string,
  forbidden: string,
): string | undefined {
  for (let place = from; ; place = dirname(place)) {
    const found = [place, join(place, 'node_modules', ...name.split('/'))].find(
      (folder) => packageJson(folder)?.name === name,
    )
    if (found !== undefined) {
      const real = realpathSync(found)
      return [found, real].some((one) => isInside(one, forbidden)) ? undefined : real
    }
    if (place === dirname(place)) return undefined
  }
}

async function writerModule(name: string, folder: string): Promise<string> {
  const { regimen } = packageJson(folder) ?? {}
  const subpath: unknown = Object(regimen).logger
  if (typeof subpath !== 'string' || !SUBPATH.test(subpath)) {
    const mark = 'its package.json has no "regimen": { "logger": "./writer" }'
    throw new Error(`its package, ${name}, is no logger: ${mark}`)
  }
  const { createJiti } = await import('jiti')
  const parent = pathToFileURL(join(folder, 'package.json')).href
  const url = createJiti(parent, { fsCache: false }).esmResolve(name + subpath.slice(1), {
    try: true,
  })
  if (url !== undefined && isInside(realpathSync(fileURLToPath(url)), folder)) return url
  throw new Error(
    `its package, ${name}, does not export ${subpath}, which it names as its writer`,
  )
}

function packageJson(folder: string): Readonly<Record<string, unknown>> | undefined {
  const path = join(folder, 'package.json')
  try {
    return existsSync(path) ? Object(JSON.parse(readFileSync(path, 'utf8'))) : undefined
  } catch {
    return undefined
  }
}

const isInside = (path: string, folder: string): boolean =>
  `${path}${sep}`.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`)
