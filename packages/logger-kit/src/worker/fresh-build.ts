import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * A file of the built kit, for threads and processes that are started from source: nothing is compiled
 * for each of them then.
 *
 * @param path below `dist`
 * @returns nothing where a source of the kit is younger
 */
export function freshBuild(path: string): URL | undefined {
  const built = new URL(`../../dist/${path}`, import.meta.url)
  const file = fileURLToPath(built)
  if (!existsSync(file)) return undefined
  const { mtimeMs } = statSync(file)
  const sources = fileURLToPath(new URL('..', import.meta.url))
  const paths = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  const isFresh = paths.every((path) => statSync(join(sources, path)).mtimeMs <= mtimeMs)
  return isFresh ? built : undefined
}
