import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { processMark, thisSystem } from '@regimen/core/files'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { fileStore } from '../src/node/index.js'
import { bundled } from './helpers/bundle.js'
import { temporaryFolder } from './helpers/folder.js'
import type { Death } from './helpers/kill-child.js'

const content = () => ({ head: Uint8Array.of(1, 2, 3), body: [] })
let script = ''
let dir = ''
beforeAll(async () => {
  script = await bundled('kill-child')
})
beforeEach(() => {
  dir = join(temporaryFolder(), 'runs')
  mkdirSync(dir)
})
afterAll(() => rmSync(script, { force: true }))

/** Trains in a process of its own, which is killed at a step of its first write. */
function killedAt(at: Death['at']): void {
  const death: Death = { how: 'SIGKILL', at, times: 1 }
  const child = spawnSync(process.execPath, [script, JSON.stringify({ dir, death })])
  expect(child.signal, child.stderr.toString()).toBe('SIGKILL')
}

describe('what a process leaves that is killed in its first write', () => {
  it.each(['after-open', 'mid-data', 'before-rename'] as const)(
    '(%s) is removed by the next run beside it, whose number is the next one',
    async (at) => {
      killedAt(at)
      expect(readdirSync(join(dir, 'version_0')).every((name) => name.endsWith('.tmp'))).toBe(true)
      expect(readdirSync(join(dir, 'version_0'))).toHaveLength(2)
      const store = fileStore(dir)
      expect(await store.claim('version_0')).toBe(false)
      expect(await store.claim('version_1')).toBe(true)
      await store.write('version_1/last.safetensors', content())
      await store.close()
      expect(readdirSync(dir)).toEqual(['version_1'])
      expect(readdirSync(join(dir, 'version_1'))).toEqual(['last.safetensors'])
    },
  )

  it('is removed too by a run that resumes beside it', async () => {
    killedAt('after-open')
    expect(readdirSync(join(dir, 'version_0'))).toHaveLength(2)
    mkdirSync(join(dir, 'version_1'))
    await fileStore(dir).tidy('version_1')
    expect(readdirSync(dir)).toEqual(['version_1'])
  })

  it('goes, and what was whole before stays, where it was killed between two files', async () => {
    killedAt('after-rename')
    const store = fileStore(dir)
    await store.claim('version_1')
    await store.close()
    const left = readdirSync(join(dir, 'version_0'))
    expect(left.length).toBeGreaterThan(0)
    expect(left.filter((name) => name.endsWith('.tmp'))).toEqual([])
  })
})

describe('what others have under way', () => {
  it('stays: files and folders of a living process, of another machine, of nobody known', async () => {
    const elsewhere = { ...thisSystem, host: 'elsewhere', pid: 2 ** 30 }
    const names = [thisSystem, elsewhere].flatMap((system) => [
      `claim.${processMark(system)}.tmp`,
      `last.safetensors.${processMark(system)}-0.tmp`,
    ])
    mkdirSync(join(dir, 'version_0'))
    mkdirSync(join(dir, 'version_1'))
    for (const name of [...names, 'last.safetensors.1-0.tmp']) {
      writeFileSync(join(dir, 'version_0', name), '')
    }
    const store = fileStore(dir)
    await store.tidy('version_0')
    await store.claim('version_2')
    expect(readdirSync(join(dir, 'version_0'))).toHaveLength(5)
    expect(readdirSync(dir)).toEqual(['version_0', 'version_1', 'version_2'])
    await store.close()
  })
})

describe('a folder that was claimed', () => {
  it('is given back where nothing was written to it', async () => {
    const store = fileStore(dir)
    await store.claim('version_0')
    await store.claim('version_1')
    await store.write('version_1/last.safetensors', content())
    expect(await store.release?.('version_0')).toBe(true)
    expect(await store.release?.('version_1')).toBe(false)
    expect(readdirSync(dir)).toEqual(['version_1'])
    await store.close()
  })
})
