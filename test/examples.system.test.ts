import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from '../packages/cli/test/helpers/built.js'

const folder = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url))
const cli = folder('packages/cli/dist/main.js')

// In full they are trained by `node tooling/examples.mjs`, which checks what each has learnt.
describe('an example runs a batch of everything', () => {
  beforeAll(() => ensureBuilt('cli'))

  it.each(readdirSync(folder('examples')))('%s', (name) => {
    const args = [cli, 'fit', '--fast-dev-run']
    const cwd = folder(`examples/${name}`)
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
    expect(status, stderr).toBe(0)
    expect(stdout).toMatch(/^fit ended: /m)
  })
})
