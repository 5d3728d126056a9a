#!/usr/bin/env node
// The compiler, which looks only at what has changed since it was here last: `npm test` and
// `npm run types` check one program.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const compiler = createRequire(import.meta.url).resolve('typescript/bin/tsc')
const memory = join(root, 'node_modules/.cache/types.tsbuildinfo')
const asked = process.argv.slice(2)
// vitest names a file of its own.
const place = asked.indexOf('--tsBuildInfoFile')
if (place >= 0) asked.splice(place, 2)
const own = [
  '--noEmit',
  '-p',
  join(root, 'tsconfig.json'),
  '--incremental',
  '--tsBuildInfoFile',
  memory,
]
const { status } = spawnSync(process.execPath, [compiler, ...own, ...asked], {
  cwd: root,
  stdio: 'inherit',
})
process.exit(status ?? 1)
