import { spawn } from 'node:child_process'
import { existsSync, readdirSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Lock } from '../../src/spool/lock.js'
import { temporaryFolder } from '../helpers/folder.js'

const place = () => join(temporaryFolder(), 'lock')
const isMine = (path: string) => 'lock' in Lock.take(path)
const put = (path: string, holder: object) => writeFileSync(path, JSON.stringify(holder))
const host = hostname()

/** The number of a process that has ended. */
async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ['-e', ''])
  await new Promise((resolve) => child.on('close', resolve))
  return child.pid as number
}

describe('a lock', () => {
  it('is one process’s, until it is released', () => {
    const path = place()
    const taken = Lock.take(path)
    if (!('lock' in taken)) throw new Error('not taken')
    expect(Lock.take(path)).toMatchObject({ holder: { pid: process.pid, host } })
    taken.lock.release()
    expect(existsSync(path)).toBe(false)
    expect(isMine(path)).toBe(true)
  })

  it('of a dead process is taken over, and nothing is left beside it', async () => {
    const path = place()
    put(path, { pid: await deadPid(), host, started: '1' })
    expect(isMine(path)).toBe(true)
    expect(readdirSync(join(path, '..'))).toEqual(['lock'])
  })

  it.runIf(process.platform === 'linux')(
    'of a process whose number another has now is taken over',
    () => {
      const path = place()
      put(path, { pid: process.pid, host, started: '1' })
      expect(isMine(path)).toBe(true)
    },
  )

  it('of another machine is left to it while it shows signs of life', () => {
    const path = place()
    put(path, { pid: 1, host: 'elsewhere', started: '1' })
    expect(Lock.take(path)).toMatchObject({ holder: { host: 'elsewhere' } })
    const longAgo = new Date(Date.now() - 11 * 60_000)
    utimesSync(path, longAgo, longAgo)
    expect(isMine(path)).toBe(true)
  })

  it('that nobody can read is left alone while it is new, as it is being written', () => {
    const path = place()
    writeFileSync(path, '{"pi')
    expect(isMine(path)).toBe(false)
    const before = new Date(Date.now() - 10_000)
    utimesSync(path, before, before)
    expect(isMine(path)).toBe(true)
  })
})
