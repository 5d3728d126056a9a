import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { processMark, thisSystem } from '@regimen/core/files'
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest'
import { writeFiles } from '../../src/index.js'

const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY }))

// No folder can be told to have no room left: what is written fails once the room is used up.
vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof import('node:fs/promises')>()
  const open: typeof real.open = async (...given) => {
    const handle = await real.open(...given)
    const write = handle.writeFile.bind(handle)
    const writeFile: typeof handle.writeFile = async (content, ...rest) => {
      disk.room -= String(content).length
      if (disk.room < 0) throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' })
      await write(content, ...rest)
    }
    return Object.assign(handle, { writeFile })
  }
  return { ...real, open, default: { ...real, open } }
})

let folder = ''
beforeEach(() => {
  disk.room = Number.POSITIVE_INFINITY
  folder = mkdtempSync(join(tmpdir(), 'regimen-write-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
})
const textOf = (name: string) => readFileSync(join(folder, name), 'utf8')

it('makes the folder and writes all files', async () => {
  const path = join(folder, 'a/b')
  await writeFiles(path, { 'one.txt': 'one', 'two.bin': Uint8Array.of(1, 2) })
  expect(readdirSync(path).sort()).toEqual(['one.txt', 'two.bin'])
})

it('refuses to replace a file, and names it, unless it is told to', async () => {
  writeFileSync(join(folder, 'two'), 'old')
  const files = { one: 'new', two: 'new' }
  const error = await writeFiles(folder, files).catch((thrown) => thrown)
  expect(error.message).toMatch(/^REG_EXPORT_WRITE: .* has "two" already\. .*"force"/)
  expect(error.data).toEqual({ folder, files: ['two'] })
  expect(readdirSync(folder)).toEqual(['two'])
  await writeFiles(folder, files, { force: true })
  expect([textOf('one'), textOf('two')]).toEqual(['new', 'new'])
  expect(readdirSync(folder).sort()).toEqual(['one', 'two'])
})

it.each([true, false])(
  'a full disk leaves everything as it was; the folder was there: %s',
  async (wasThere) => {
    const path = wasThere ? folder : join(folder, 'new/er')
    if (wasThere) writeFileSync(join(folder, 'two'), 'old')
    disk.room = 4
    const written = writeFiles(path, { one: 'new', two: 'new' }, { force: true })
    await expect(written).rejects.toThrow(
      /^REG_EXPORT_WRITE: .*could not be written: .*Nothing was changed\.$/,
    )
    expect(readdirSync(folder)).toEqual(wasThere ? ['two'] : [])
    if (wasThere) expect(textOf('two')).toBe('old')
  },
)

it('a place that cannot be taken leaves the files before it as they were', async () => {
  writeFileSync(join(folder, 'one'), 'old')
  const files = { one: 'new', 'no/such': 'new' }
  await expect(writeFiles(folder, files, { force: true })).rejects.toThrow(/REG_EXPORT_WRITE/)
  expect(textOf('one')).toBe('old')
  expect(readdirSync(folder)).toEqual(['one'])
})

it('what a killed process was filling is removed by the next export, and nothing else', async () => {
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  const killed = { ...thisSystem, pid, startedAt: () => '1' }
  for (const system of [killed, thisSystem])
    mkdirSync(join(folder, `.out.${processMark(system)}-0.tmp`))
  mkdirSync(join(folder, '.out.mine'))
  await writeFiles(join(folder, 'out'), { one: 'new' })
  const mark = `.out.${processMark(thisSystem)}-0.tmp`
  expect(readdirSync(folder).sort()).toEqual([mark, '.out.mine', 'out'].sort())
})

it('a file where the folder should be is said', async () => {
  writeFileSync(join(folder, 'file'), '')
  await expect(writeFiles(join(folder, 'file/in'), { one: '1' })).rejects.toThrow(
    /REG_EXPORT_WRITE/,
  )
})
