import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { publishDry } from '../tooling/publish-dry.mjs'
import { tarballFaults } from '../tooling/tarball-faults.mjs'

let base: string

beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'regimen-dry-'))
})

afterAll(() => rmSync(base, { recursive: true, force: true }))

/** The tarball of a package of one module, made by npm, with these fields of its manifest. */
function packed(
  name: string,
  fields: object,
  files: Readonly<Record<string, string>> = {},
): string {
  const folder = join(base, name)
  mkdirSync(folder)
  const manifest = { name, version: '0.2.0', type: 'module', exports: './index.js', ...fields }
  const all = {
    'package.json': JSON.stringify(manifest),
    'index.js': 'export const one = 1\n',
    ...files,
  }
  for (const [path, text] of Object.entries(all)) writeFileSync(join(folder, path), text)
  execFileSync('npm', ['pack', '--pack-destination', base, '--silent'], { cwd: folder })
  return join(base, `${name}-0.2.0.tgz`)
}

describe('a tarball', () => {
  it('without license, readme and types, and with a range of the workspace, is refused for each', async () => {
    const file = packed('bare', { peerDependencies: { '@regimen/core': 'workspace:^' } })
    const faults = (await tarballFaults(file)).join('\n')
    expect(faults).toContain('it has no LICENSE')
    expect(faults).toContain('it has no README.md')
    expect(faults).toContain('the range of "@regimen/core" is "workspace:^"')
    expect(faults).toContain('it has no types')
    const { faults: asked, files } = await publishDry(file)
    expect([asked, files]).toEqual([[], 2])
  })

  it('of which npm warns is refused, and so is what is none', async () => {
    const incomplete = packed('incomplete', { bin: { incomplete: './not-there.js' } })
    const { faults } = await publishDry(incomplete)
    expect(faults).toEqual([expect.stringContaining('No bin file found at not-there.js')])
    const broken = join(base, 'broken.tgz')
    writeFileSync(broken, 'no tarball')
    expect((await publishDry(broken)).faults).toEqual([expect.stringMatching(/^npm error /)])
  })
})
