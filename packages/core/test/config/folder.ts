import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import Module, { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'

// Runners such as pnpm set NODE_PATH, with which everything would be installed everywhere.
delete process.env.NODE_PATH
;(Module as unknown as { _initPaths(): void })._initPaths()

const require = createRequire(import.meta.url)

/** A folder with these files, gone after the test. */
export function folder(files: Readonly<Record<string, string>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'regimen-config-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return root
}

/** Installs a package of this workspace in a folder, as a link. */
export function install(root: string, name: string): void {
  const target = join(root, 'node_modules', name)
  mkdirSync(dirname(target), { recursive: true })
  symlinkSync(dirname(require.resolve(`${name}/package.json`)), target)
}

/** Every path in a folder. */
export function listing(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' }).sort()
}
