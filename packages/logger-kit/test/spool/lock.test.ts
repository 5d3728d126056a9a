import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'
import type { ProcessSystem } from '@regimen/core/files'
import { describe, expect, it } from 'vitest'
import { Lock } from '../../src/spool/lock.js'
import { temporaryFolder } from '../helpers/folder.js'

const place = () => join(temporaryFolder(), 'lock')
const isMine = (path: string) => 'lock' in Lock.take(path)
const put = (path: string, holder: object) => writeFileSync(path, JSON.stringify(holder))
const host = hostname()
const START = 1_700_000_000_000

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

  describe('where the system does not say when a process started', () => {
    const around = (minutes: number, runs: readonly number[]): ProcessSystem => ({
      ...{ pid: 1, host, startedAt: () => '' },
      now: () => START + minutes * 60_000,
      isRunning: (pid) => runs.includes(pid),
    })

    it('is void once its process gives no sign of life, though its number lives on', () => {
      const path = place()
      expect(Lock.take(path, { ...around(0, [7]), pid: 7 })).toHaveProperty('lock')
      expect(Lock.take(path, around(9, [7]))).toMatchObject({ holder: { pid: 7 } })
      expect(Lock.take(path, around(11, [7]))).toHaveProperty('lock')
    })

    it('is kept for as long as its process touches it', () => {
      const path = place()
      let minutes = 0
      const now = () => START + minutes * 60_000
      const taken = Lock.take(path, { ...around(0, [7]), pid: 7, now })
      if (!('lock' in taken)) throw new Error('not taken')
      for (; minutes < 60; minutes++) {
        taken.lock.touch()
        expect(Lock.isTaken(path, around(minutes + 1, [7]))).toBe(true)
      }
    })

    it('of a dead process is taken over at once', () => {
      const path = place()
      Lock.take(path, { ...around(0, [7]), pid: 7 })
      expect(Lock.take(path, around(0, []))).toHaveProperty('lock')
    })

    it('is not for ever where the clock was set back', () => {
      const path = place()
      Lock.take(path, { ...around(600, [7]), pid: 7 })
      expect(Lock.take(path, around(0, [7]))).toHaveProperty('lock')
    })

    it('that another has taken over is neither touched nor released by the one before', () => {
      const path = place()
      const first = Lock.take(path, { ...around(0, [7]), pid: 7 })
      expect(Lock.take(path, around(11, [7]))).toHaveProperty('lock')
      if (!('lock' in first)) throw new Error('not taken')
      first.lock.release()
      first.lock.touch()
      expect(Lock.isTaken(path, around(12, [1]))).toBe(true)
      expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ pid: 1 })
    })
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
