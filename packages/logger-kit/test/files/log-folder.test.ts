import { fork } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { claimFolder, logFolder } from '../../src/files/index.js'

const made: string[] = []
const temporaryFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'log-folder-'))
  made.push(folder)
  return folder
}
afterEach(() => {
  for (const folder of made.splice(0)) {
    chmodSync(folder, 0o755)
    rmSync(folder, { recursive: true, force: true })
  }
})

describe('the folder of the runs', () => {
  it.each([
    [undefined, '/home/me/runs/csv'],
    ['', '/home/me/runs/csv'],
    ['mnist', '/home/me/runs/mnist/csv'],
    ['/data/logs', '/data/logs/csv'],
    ['~/logs', join(homedir(), 'logs/csv')],
  ])('%j is %s', (dir, expected) => {
    expect(logFolder('/home/me/runs', { ...(dir !== undefined && { dir }), name: 'csv' })).toBe(
      expected,
    )
  })

  it('does not put a folder that is in the root already into it once more', () => {
    const root = join(process.cwd(), 'runs')
    expect(logFolder(root, { dir: 'runs/mnist', name: 'csv' })).toBe(join(root, 'mnist/csv'))
  })
})

describe('the folder of a run', () => {
  it('is one more than the newest, whatever else is there', async () => {
    const parent = temporaryFolder()
    for (const name of ['version_0', 'version_9', 'version_x', 'other']) {
      mkdirSync(join(parent, name))
    }
    writeFileSync(join(parent, 'version_10'), 'a file takes a number too')
    const folder = await claimFolder(parent)
    expect(folder).toEqual({ path: join(parent, 'version_11'), version: 11, isNew: true })
    expect(await claimFolder(parent)).toMatchObject({ version: 12 })
  })

  it.each([
    [3, 'version_3'],
    ['sunday', 'sunday'],
  ])('%j is taken as it was given, and is not new for the second', async (version, name) => {
    const parent = temporaryFolder()
    const path = join(parent, name)
    expect(await claimFolder(parent, version)).toEqual({ path, version, isNew: true })
    expect(await claimFolder(parent, version)).toEqual({ path, version, isNew: false })
  })

  it('is never given to two processes', async () => {
    const parent = temporaryFolder()
    const child = join(import.meta.dirname, 'claim-child.mjs')
    const numbers = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const process = fork(child, [parent])
        return new Promise<number[]>((resolve, reject) => {
          process.on('message', (message) => resolve(message as number[]))
          process.on('error', reject)
          process.on('exit', (code) => code !== 0 && reject(new Error(`exit code ${code}`)))
        })
      }),
    )
    expect(new Set(numbers.flat()).size).toBe(80)
    expect(readdirSync(parent)).toHaveLength(80)
  })

  it('that cannot be made is a failure that says what to do', async () => {
    const parent = join(temporaryFolder(), 'file')
    writeFileSync(parent, '')
    await expect(claimFolder(parent)).rejects.toMatchObject({
      name: 'LoggerError',
      kind: 'permanent',
      message: expect.stringContaining('give another "dir"'),
    })
  })
})
