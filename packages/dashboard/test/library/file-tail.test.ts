import {
  appendFileSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { FileTail } from '../../src/library/file-tail.js'

function tailOf(text: string) {
  const folder = mkdtempSync(join(tmpdir(), 'regimen-tail-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'file')
  writeFileSync(path, text)
  const seen = { text: '', resets: 0 }
  const tail = new FileTail(path, {
    reset() {
      seen.text = ''
      seen.resets++
    },
    push(bytes) {
      const used = bytes.lastIndexOf(10) + 1
      seen.text += Buffer.from(bytes.subarray(0, used)).toString()
      return used
    },
  })
  return { path, seen, tail }
}

describe('the tail of a file', () => {
  it('reads whole lines, and later what was added', async () => {
    const { path, seen, tail } = tailOf('one\ntw')
    expect(await tail.read()).toBe(true)
    expect(seen.text).toBe('one\n')
    expect(await tail.read()).toBe(false)
    appendFileSync(path, 'o\nthree\n')
    expect(await tail.read()).toBe(true)
    expect(seen).toEqual({ text: 'one\ntwo\nthree\n', resets: 0 })
  })

  it.each<[string, (path: string) => void, string]>([
    [
      'is replaced',
      (path) => {
        writeFileSync(`${path}.new`, 'one\ntwo\nmore\n')
        renameSync(`${path}.new`, path)
      },
      'one\ntwo\nmore\n',
    ],
    ['is cut', (path) => truncateSync(path, 4), 'one\n'],
    ['is emptied', (path) => truncateSync(path, 0), ''],
    [
      'is rewritten in place',
      (path) => writeFileSync(path, 'other\nlines\nhere\n'),
      'other\nlines\nhere\n',
    ],
  ])('starts over if the file %s', async (_, change, text) => {
    const { path, seen, tail } = tailOf('one\ntwo\n')
    await tail.read()
    change(path)
    expect(await tail.read()).toBe(true)
    expect(seen).toEqual({ text, resets: 1 })
  })

  it('reads a file that is larger than its buffer', async () => {
    const text = `${'x'.repeat(99)}\n`.repeat(100_000)
    const { seen, tail } = tailOf(text)
    await tail.read()
    expect(seen.text === text).toBe(true)
  })

  it('says why it cannot', async () => {
    const { path, tail } = tailOf('')
    rmSync(path)
    await expect(tail.read()).rejects.toThrow('ENOENT')
  })
})
