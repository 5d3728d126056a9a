// Packs every package as it would be published and checks the tarballs: publint for the manifest,
// attw for the types as they resolve outside.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const out = mkdtempSync(join(tmpdir(), 'regimen-pack-'))
let failures = 0
try {
  for (const name of readdirSync(join(root, 'packages'))) {
    const folder = join(root, 'packages', name)
    const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    run('npx', ['--yes', packageManager, 'pack', '--pack-destination', out], folder, 'ignore')
    const tarball = readdirSync(out).find((file) => file.startsWith(`regimen-${name}-0`))
    console.log(`-- ${tarball}`)
    run('npx', ['publint', 'run', '--strict', join(out, tarball)], root)
    const isCommandOnly = name === 'cli'
    if (isCommandOnly) continue
    run(
      'npx',
      ['attw', join(out, tarball), '--profile', 'esm-only', '--format', 'table-flipped'],
      root,
    )
  }
} finally {
  rmSync(out, { recursive: true, force: true })
}
process.exitCode = failures > 0 ? 1 : 0

function run(command, args, cwd, stdio = 'inherit') {
  try {
    execFileSync(command, args, { cwd, stdio })
  } catch (error) {
    failures++
    console.error(
      `failed: ${command} ${args.slice(0, 2).join(' ')} in ${cwd.slice(root.length + 1)}`,
      error.status,
    )
  }
}
