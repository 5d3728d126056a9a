import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import * as nodePath from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { NodeModules } from '../src/node-files.js'
import { TraceFile } from '../src/trace-file.js'
import { checkTrace } from './helpers/check-trace.js'

let folder: string
const onError = vi.fn()

beforeEach(() => {
  folder = fs.mkdtempSync(nodePath.join(tmpdir(), 'regimen-trace-'))
})
afterEach(() => {
  fs.rmSync(folder, { recursive: true })
})

function open(limits = {}, own: Partial<typeof fs> = {}, isOpened = true) {
  const node = { fs: { ...fs, ...own }, path: nodePath } as unknown as NodeModules
  const path = nodePath.join(folder, 'traces/trace.json')
  const all = { maxMs: 60_000, onError, ...limits }
  const trace = new TraceFile(node, () => path, 'regimen fit', 1000, all)
  if (isOpened) trace.open()
  return { trace, path }
}

const read = (path: string) => fs.readFileSync(path, 'utf8')

describe('a trace file', () => {
  it('is made when it is opened, or with the first whole chunk; before, it leaves nothing', () => {
    const nothing = open({}, {}, false)
    nothing.trace.begin('loop', 'batch', 1001)
    nothing.trace.leave(1002)
    nothing.trace.open()
    expect(fs.readdirSync(folder)).toEqual([])
    const long = open({}, {}, false)
    for (let step = 0; step < 2000; step++) {
      long.trace.begin('loop', 'batch', 1000 + step)
      long.trace.end('loop', 1000.5 + step)
    }
    expect(fs.existsSync(long.path)).toBe(true)
    long.trace.leave(4000)
    expect(checkTrace(read(long.path))).toHaveLength(2000)
  })

  it('has a track for the loop and one for each plugin, with times from the start', () => {
    const { trace, path } = open()
    trace.begin('loop', 'batch', 1001)
    trace.begin('a "plugin"', 'batchStart', 1002)
    trace.end('a "plugin"', 1003.5)
    trace.end('loop', 1004)
    trace.close(1005)
    expect(checkTrace(read(path))).toEqual([
      { track: 'a "plugin"', name: 'batchStart', startMs: 2, endMs: 3.5, depth: 0 },
      { track: 'loop', name: 'batch', startMs: 1, endMs: 4, depth: 0 },
    ])
  })

  it('is whole JSON from the beginning and after each chunk, with at most a chunk in memory', () => {
    const { trace, path } = open()
    expect(checkTrace(read(path))).toEqual([])
    const sizes = new Set<number>()
    for (let step = 0; step < 5000; step++) {
      trace.begin('loop', 'batch', 1000 + step)
      trace.begin('plugin', 'batchEnd', 1000 + step)
      trace.end('plugin', 1000 + step)
      trace.end('loop', 1000.5 + step)
      if (step % 97 !== 0) continue
      const text = read(path)
      sizes.add(text.length)
      checkTrace(text, { isWhole: false })
    }
    expect(sizes.size).toBeGreaterThan(10)
    trace.close(6000)
    trace.close(7000)
    const spans = checkTrace(read(path))
    expect(spans).toHaveLength(10_000)
    expect(Math.max(...[...sizes].map((size, at, all) => size - (all[at - 1] ?? 0)))).toBeLessThan(
      2.1 * 65_536,
    )
  })

  it('ends what goes on when it is closed, and leaves out ends of what it has not seen begin', () => {
    const { trace, path } = open()
    trace.end('loop', 1000)
    trace.begin('loop', 'epoch', 1001)
    trace.begin('loop', 'batch', 1002)
    trace.close(1009)
    trace.end('loop', 1010)
    trace.begin('loop', 'late', 1010)
    expect(checkTrace(read(path)).map(({ name, endMs }) => [name, endMs])).toEqual([
      ['batch', 9],
      ['epoch', 9],
    ])
  })

  it.each([
    ['time', { maxMs: 50 }, 51],
    ['bytes', { maxBytes: 500_000 }, undefined],
  ])('ends in good order when a limit of %s is reached', (_, limits, count) => {
    const { trace, path } = open(limits)
    for (let step = 0; step < 20_000; step++) {
      trace.begin('loop', 'batch', 1000 + step)
      trace.end('loop', 1000 + step)
    }
    trace.close(30_000)
    expect(trace.isCut).toBe(true)
    const spans = checkTrace(read(path))
    expect(spans.length).toBe(count ?? spans.length)
    expect(fs.statSync(path).size).toBeLessThan(700_000)
  })

  it('tells once that the disk is full, and goes on without writing', () => {
    const writeSync = vi.fn(() => {
      throw new Error('ENOSPC: no space left on device')
    })
    const { trace } = open({}, { writeSync: writeSync as never })
    for (let step = 0; step < 5000; step++) trace.begin('loop', 'batch', 1000 + step)
    trace.close(9000)
    expect(onError).toHaveBeenCalledExactlyOnceWith(new Error('ENOSPC: no space left on device'))
    expect(writeSync).toHaveBeenCalledTimes(1)
  })

  it('is whole JSON with what came before where the disk is full in the middle of a chunk', () => {
    let left = 100_000
    const writeSync = (at: number, data: Buffer | string, ...more: number[]) => {
      if (typeof data === 'string') return fs.writeSync(at, data, ...more)
      if (left === 0) throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
      const [offset = 0, length = 0, place = 0] = more
      const part = Math.min(length, left)
      left -= part
      return fs.writeSync(at, data, offset, part, place)
    }
    const { trace, path } = open({}, { writeSync: writeSync as never })
    for (let step = 0; step < 2000; step++) {
      trace.begin('loop', 'batch', 1000 + step)
      trace.end('loop', 1000.5 + step)
    }
    trace.close(9000)
    expect(trace.hasFailed).toBe(true)
    const spans = checkTrace(read(path), { isWhole: false })
    expect(spans.length).toBeGreaterThan(100)
    expect(spans.length).toBeLessThan(2000)
  })

  it('of which nothing could be written is not left', () => {
    const writeSync = () => {
      throw new Error('no space left')
    }
    const { trace, path } = open({}, { writeSync })
    trace.begin('loop', 'batch', 1001)
    trace.close(9000)
    expect(trace.hasFailed).toBe(true)
    expect(fs.existsSync(path)).toBe(false)
  })

  it('goes on where a write takes only a part', () => {
    const part = (descriptor: number, data: Buffer, offset: number, length: number, at: number) =>
      fs.writeSync(descriptor, data, offset, Math.min(length, 1000), at)
    const { trace, path } = open({}, { writeSync: part as never })
    for (let step = 0; step < 2000; step++) {
      trace.begin('loop', 'Ladezeit für Übung', 1000 + step)
      trace.end('loop', 1000 + step)
    }
    trace.close(9000)
    expect(checkTrace(read(path))).toHaveLength(2000)
  })
})
