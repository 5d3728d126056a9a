import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { underLock } from './build-lock.js'

/** The folder of all packages. */
export const packages = fileURLToPath(new URL('../../../', import.meta.url))

/** The built command line. */
export const main = join(packages, 'cli/dist/main.js')

const lock = join(packages, 'cli/node_modules/.build-lock')
const tsup = createRequire(import.meta.url).resolve('tsup/dist/cli-default.js')

/**
 * Builds core, cli and other packages where a source is newer than what was built. One test file at a
 * time.
 */
export function ensureBuilt(...others: readonly string[]): Promise<void> {
  return underLock(lock, () => {
    if (isStale('core', 'dist/config/index.js')) build('core')
    if (isStale('cli', 'dist/main.js')) build('cli')
    for (const name of others) if (isStale(name, 'dist/index.js')) build(name)
  })
}

function isStale(name: string, output: string): boolean {
  const built = join(packages, name, output)
  if (!existsSync(built)) return true
  const folder = join(packages, name, 'src')
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const newest = Math.max(...sources.map((path) => statSync(join(folder, path)).mtimeMs))
  return newest > statSync(built).mtimeMs
}

function build(name: string): void {
  execFileSync(process.execPath, [tsup], { cwd: join(packages, name), stdio: 'pipe' })
}

/** The folder of an installed package. */
export function packageFolder(name: string): string {
  if (name.startsWith('@regimen/')) return join(packages, name.slice('@regimen/'.length))
  return dirname(createRequire(join(packages, 'core/package.json')).resolve(`${name}/package.json`))
}
