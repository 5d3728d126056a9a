import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { flushFile, makeFolder, renameFile, renameFileSync } from '../../src/files/index.js'
import { describeFileError } from '../../src/index.js'

let root = ''
let mounted = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'regimen-files-'))
})
afterEach(() => {
  if (mounted) spawnSync('umount', [mounted])
  mounted = ''
  rmSync(root, { recursive: true, force: true })
})

const system = (code: string) => Object.assign(new Error(`${code}: as if`), { code })

describe('flushing a file', () => {
  it('needs nothing of a handle but its number, and fails where no file is open by it', async () => {
    const handle = await open(join(root, 'log'), 'w')
    try {
      await expect(flushFile({ fd: handle.fd })).resolves.toBeUndefined()
    } finally {
      await handle.close()
    }
    await expect(flushFile({ fd: 1 << 20 })).rejects.toMatchObject({ code: 'EBADF' })
  })
})

describe('an error of the file system', () => {
  it.each([
    ['ENOSPC', /The disk is full: free some space or give another "dir"/],
    ['EDQUOT', /The disk quota is used up/],
    ['EACCES', /Access is not allowed there: change the permissions/],
    ['EPERM', /Access is not allowed there/],
    ['EROFS', /The file system is read-only/],
    ['ENOTDIR', /A file stands where a folder belongs/],
    ['EISDIR', /A folder stands where the file belongs/],
    ['EMFILE', /Too many files are open: raise the limit/],
    ['ENAMETOOLONG', /The path is too long/],
    ['ELOOP', /Links lead in a circle/],
    ['ENOENT', /It is not there/],
    ['EBUSY', /Another program uses it/],
  ])('%s says what to do', (code, advice) => {
    expect(describeFileError(system(code))).toMatch(new RegExp(`^${code}: as if. ${advice.source}`))
  })

  it.each([
    [system('EWHATEVER'), 'EWHATEVER: as if'],
    [system('constructor'), 'constructor: as if'],
    ['a text.', 'a text'],
    [null, 'null'],
  ])('%s of another kind is its message', (thrown, text) => {
    expect(describeFileError(thrown)).toBe(text)
  })
})

describe('making a folder', () => {
  it('makes those above it too, and nothing is wrong where it is there', () => {
    expect(makeFolder(join(root, 'a/b'))).toBe(join(root, 'a'))
    expect(makeFolder(join(root, 'a/b'))).toBeUndefined()
  })

  it('on a file system that is read-only says so', (context) => {
    const options = ['-t', 'tmpfs', '-o', 'ro,size=64k', 'tmpfs', root]
    const { status, stderr } = spawnSync('mount', options, { encoding: 'utf8' })
    if (status !== 0) return context.skip(`tmpfs cannot be mounted: ${stderr}`)
    mounted = root
    for (const path of ['a', 'a/b/c']) expect(() => makeFolder(join(root, path))).toThrow(/EROFS/)
  })

  it('behind a link to nothing, or a file, says what is in the way, and leaves nothing', () => {
    symlinkSync('nothing', join(root, 'link'))
    expect(() => makeFolder(join(root, 'link/a'))).toThrow(/ENOENT/)
    expect(existsSync(join(root, 'nothing'))).toBe(false)
    writeFileSync(join(root, 'file'), '')
    expect(() => makeFolder(join(root, 'file/a'))).toThrow(/ENOTDIR/)
  })
})

describe('a rename of a file that a virus scanner holds', () => {
  /** A file that is busy some times, and the time that passed meanwhile. */
  function held(times: number, code: string) {
    let left = times
    let waitedMs = 0
    const rename = () => {
      if (left-- > 0) throw system(code)
    }
    const wait = (ms: number) => {
      waitedMs += ms
    }
    return { rename, wait, waitedMs: () => waitedMs, attempts: () => times - left }
  }
  const ways = {
    renameFile: ({ rename, wait }: ReturnType<typeof held>) =>
      renameFile('a', 'b', { rename: async () => rename(), wait: async (ms) => wait(ms) }),
    renameFileSync: async ({ rename, wait }: ReturnType<typeof held>) =>
      renameFileSync('a', 'b', { rename, wait }),
  }

  describe.each(Object.entries(ways))('%s', (_, act) => {
    it.each(['EPERM', 'EACCES', 'EBUSY'])('is tried again while it is %s', async (code) => {
      const file = held(4, code)
      await act(file)
      expect(file.attempts()).toBe(5)
      expect(file.waitedMs()).toBe(150)
    })

    it('is given up after about a second, with what the system says', async () => {
      const file = held(1000, 'EPERM')
      await expect(act(file)).rejects.toMatchObject({ code: 'EPERM' })
      expect(file.waitedMs()).toBeGreaterThan(900)
      expect(file.waitedMs()).toBeLessThan(1200)
    })

    it('is not tried again where trying helps nothing', async () => {
      const file = held(1000, 'ENOSPC')
      await expect(act(file)).rejects.toMatchObject({ code: 'ENOSPC' })
      expect(file.waitedMs()).toBe(0)
    })
  })
})
