import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statfsSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it, onTestFinished, type TestContext } from 'vitest'
import { create, emptyFolder } from './helpers/made.js'

let cwd: string
let disk: string
beforeEach(() => {
  cwd = emptyFolder(tmpdir())
  disk = join(cwd, 'disk')
  mkdirSync(disk)
})

/** Puts a file system of its own on the folder `disk`; the test is left out where that is not allowed. */
function mount(context: TestContext, options: string): void {
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', disk], {
    encoding: 'utf8',
  })
  if (status !== 0) context.skip(`tmpfs cannot be mounted: ${stderr}`)
  onTestFinished(() => void spawnSync('umount', [disk]))
}

describe('a real disk', () => {
  it('that is full is said, and nothing is left on it', async (context) => {
    mount(context, 'size=64k')
    const { bfree, bsize } = statfsSync(disk)
    writeFileSync(join(disk, 'other'), Buffer.alloc((bfree - 4) * bsize))
    const { code, stderr } = await create(cwd, 'disk/app')
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/: the disk is full\. Nothing was written\.\n$/),
    })
    expect(readdirSync(disk)).toEqual(['other'])
  })

  it('that is read-only is said', async (context) => {
    mount(context, 'ro,size=64k')
    const { code, stderr } = await create(cwd, 'disk/app')
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(/: it cannot be written to\. Nothing was written\.\n$/),
    })
  })

  it('that is full keeps what was in a folder that is written into', async (context) => {
    mount(context, 'size=64k')
    mkdirSync(join(disk, 'app'))
    writeFileSync(join(disk, 'app/README.md'), 'mine')
    const { bfree, bsize } = statfsSync(disk)
    writeFileSync(join(disk, 'other'), Buffer.alloc((bfree - 4) * bsize))
    const { code, stderr } = await create(cwd, 'disk/app', '--force')
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringMatching(/full/) })
    expect(readdirSync(join(disk, 'app'))).toEqual(['README.md'])
    expect(readFileSync(join(disk, 'app/README.md'), 'utf8')).toBe('mine')
  })

  it('that is mounted on the folder itself is written to', async (context) => {
    mount(context, 'size=1m')
    const { code, stderr } = await create(cwd, 'disk')
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(readdirSync(disk)).toContain('trainer.config.ts')
  })
})
