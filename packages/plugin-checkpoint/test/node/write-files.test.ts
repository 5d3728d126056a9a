import * as crypto from 'node:crypto'
import * as fs from 'node:fs'
import * as path from 'node:path'
import { processMark } from '@regimen/core/files'
import { describe, expect, it } from 'vitest'
import { type Answer, type Job, writeFiles } from '../../src/node/write-files.js'
import { temporaryFolder } from '../helpers/folder.js'

type FileSystem = Partial<typeof fs>

/** Does one job with a file system that fails somewhere. */
function done(job: Job, failing: FileSystem): Answer[] {
  const mark = processMark()
  const answers: Answer[] = []
  const post = (answer: Answer) => void answers.push(answer)
  const patience = { waitsMs: [10], busyCodes: ['EPERM'], sleep: () => undefined }
  const tools = {
    path,
    crypto,
    post,
    gate: undefined,
    platform: process.platform,
    mark,
    ...patience,
  }
  writeFiles({ ...tools, fs: { ...fs, ...failing } })({ id: 7, job })
  return answers
}

const fails = (code: string) => () => {
  throw Object.assign(new Error(`${code}: as if`), { code })
}

describe('a write that fails', () => {
  it.each(['writeSync', 'fsyncSync', 'fstatSync', 'renameSync'] as const)(
    'in %s closes its file once, and leaves none behind',
    (call) => {
      const folder = temporaryFolder()
      const opened: number[] = []
      const closed: number[] = []
      const openSync: typeof fs.openSync = (...given) => {
        const file = fs.openSync(...given)
        opened.push(file)
        return file
      }
      const closeSync: typeof fs.closeSync = (file) => {
        closed.push(file)
        fs.closeSync(file)
      }
      const target = path.join(folder, 'last.safetensors')
      const content = { head: new Uint8Array(3), body: [Float32Array.of(1, 2)] }
      const failing = { openSync, closeSync, [call]: fails('EIO') }
      const job = { kind: 'write', path: target, content } as const
      expect(done(job, failing)).toEqual([{ id: 7, error: { code: 'EIO', message: 'EIO: as if' } }])
      expect(closed).toEqual(opened)
      expect(opened).toHaveLength(1)
      expect(fs.readdirSync(folder)).toEqual([])
    },
  )

  it('tells the first error where closing the file fails too', () => {
    const target = path.join(temporaryFolder(), 'last.safetensors')
    const content = { head: new Uint8Array(3), body: [] }
    const closeSync: typeof fs.closeSync = (file) => {
      fs.closeSync(file)
      fails('EIO')()
    }
    const failing = { writeSync: fails('ENOSPC'), closeSync } as FileSystem
    const job = { kind: 'write', path: target, content } as const
    expect(done(job, failing)).toMatchObject([{ error: { code: 'ENOSPC' } }])
  })
})
