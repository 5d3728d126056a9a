import * as crypto from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { processMark } from '@regimen/core/files'
import { describe, expect, it } from 'vitest'
import { type Answer, writeFiles } from '../../src/node/write-files.js'
import { temporaryFolder } from '../helpers/folder.js'

/** Writes a file where each rename fails some times first. */
function write(failures: number, code: string) {
  const folder = temporaryFolder()
  const target = path.join(folder, 'last.safetensors')
  const answers: Answer[] = []
  const waited: number[] = []
  let left = failures
  const renameSync = (from: string, to: string) => {
    if (left-- > 0) throw Object.assign(new Error(`${code}: as if`), { code })
    fs.renameSync(from, to)
  }
  const work = writeFiles({
    fs: { ...fs, renameSync } as typeof fs,
    path,
    crypto,
    platform: 'win32',
    mark: processMark(),
    gate: undefined,
    post: (answer) => void answers.push(answer),
    waitsMs: [10, 20, 40],
    busyCodes: ['EPERM', 'EBUSY'],
    sleep: (ms) => void waited.push(ms),
  })
  const content = { head: Uint8Array.of(1, 2, 3), body: [] }
  work({ id: 1, job: { kind: 'write', path: target, content } })
  return { answer: answers[0], waited, files: fs.readdirSync(folder) }
}

describe('a checkpoint that a virus scanner holds', () => {
  it.each(['EPERM', 'EBUSY'])('is renamed once it is no longer %s', (code) => {
    const { answer, waited, files } = write(2, code)
    expect(answer).toMatchObject({ id: 1, size: 3 })
    expect(waited).toEqual([10, 20])
    expect(files).toEqual(['last.safetensors'])
  })

  it('for too long is an error that leaves nothing behind', () => {
    const { answer, waited, files } = write(99, 'EPERM')
    expect(answer).toMatchObject({ error: { code: 'EPERM' } })
    expect(waited).toEqual([10, 20, 40])
    expect(files).toEqual([])
  })

  it('is not tried again where trying helps nothing', () => {
    expect(write(1, 'ENOSPC')).toMatchObject({ answer: { error: { code: 'ENOSPC' } }, waited: [] })
  })
})
