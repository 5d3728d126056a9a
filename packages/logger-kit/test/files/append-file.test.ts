import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { AppendFile, replaceFile } from '../../src/files/index.js'

let folder = ''
let path = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'append-file-'))
  path = join(folder, 'file')
})
afterEach(() => rmSync(folder, { recursive: true }))

const content = () => readFileSync(path, 'utf8')
const fullDisk = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })

/** The disk takes some bytes of the next write, then none until `free`. */
function fillAfter(file: AppendFile, bytes: number): { free(): void } {
  const write = file.handle.write.bind(file.handle)
  let room = bytes
  const spy = vi.spyOn(file.handle, 'write').mockImplementation((async (
    buffer: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ) => {
    if (room === 0) throw fullDisk
    const count = Math.min(room, length)
    room -= count
    return write(buffer, offset, count, position)
  }) as never)
  return { free: () => spy.mockRestore() }
}

it('grows, also after it was reopened', async () => {
  const file = await AppendFile.create(path)
  await file.append(Buffer.from('one\n'))
  await file.close()
  const again = await AppendFile.reopen(path)
  expect(again.size).toBe(4)
  await again.append(Buffer.from('two\n'))
  await again.close()
  expect(content()).toBe('one\ntwo\n')
})

it('does not take a file that is there for a new one, nor the other way round', async () => {
  await (await AppendFile.create(path)).close()
  await expect(AppendFile.create(path)).rejects.toMatchObject({ code: 'EEXIST' })
  await expect(AppendFile.reopen(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' })
})

it('is closed where it cannot be made ready', async () => {
  const opened = await AppendFile.create(path)
  const seen: FileHandle[] = []
  const handles = Object.getPrototypeOf(opened.handle) as FileHandle
  const spy = vi.spyOn(handles, 'write').mockImplementation(function (this: FileHandle) {
    seen.push(this)
    throw fullDisk
  })
  await opened.close()
  const head = Buffer.from('head')
  await expect(AppendFile.create(join(folder, 'other'), head)).rejects.toBe(fullDisk)
  await expect(AppendFile.reopen(path, (file) => file.append(head))).rejects.toBe(fullDisk)
  spy.mockRestore()
  expect([seen.map(({ fd }) => fd), readdirSync(folder)]).toEqual([[-1, -1], ['file']])
})

it.each([
  { room: 0, isTorn: false },
  { room: 2, isTorn: true },
])('a write for which there is room for $room bytes can be undone', async ({ room, isTorn }) => {
  const file = await AppendFile.create(path)
  await file.append(Buffer.from('one\n'))
  const disk = fillAfter(file, room)
  await expect(file.append(Buffer.from('two\n'))).rejects.toBe(fullDisk)
  expect([file.isTorn, file.size, content().length]).toEqual([isTorn, 4, 4 + room])
  disk.free()
  await file.cut()
  expect([file.isTorn, content()]).toEqual([false, 'one\n'])
  await file.append(Buffer.from('two\n'))
  await file.close()
  expect(content()).toBe('one\ntwo\n')
})

it('a file is replaced whole and leaves nothing beside it', async () => {
  await replaceFile(path, 'old')
  await replaceFile(path, 'new')
  expect([content(), readdirSync(folder)]).toEqual(['new', ['file']])
})

it('a file that cannot be replaced stays, and nothing beside it', async () => {
  await replaceFile(join(folder, 'inside'), 'old')
  await expect(replaceFile(folder, 'new')).rejects.toThrow()
  expect(readdirSync(folder)).toEqual(['inside'])
})
