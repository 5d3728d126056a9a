import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { nodeBundle } from '../../../../test/helpers/source-bundle.js'
import type { Ending, Life } from '../support/process-child.js'

const support = join(import.meta.dirname, '../support')
const folder = join(import.meta.dirname, '../../node_modules/.cache/test')
const script = join(folder, `process-child-${process.pid}.mjs`)

beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  writeFileSync(script, await nodeBundle(join(support, 'process-child.ts')))
})
afterAll(() => rmSync(script, { force: true }))

/** A process, and what it printed. A process that does not end by itself is killed and has a signal. */
async function live(
  args: readonly string[],
  { flags = [], signal }: { flags?: readonly string[]; signal?: NodeJS.Signals } = {},
) {
  const child = spawn(process.execPath, [...flags, script, ...args], { timeout: 120_000 })
  if (signal) child.stdout.once('data', () => child.kill(signal))
  const exited = once(child, 'exit')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code, endedBy] = await exited
  return { code, endedBy, stderr, life: JSON.parse(stdout || '{}') as Life }
}

/** What a life with two threads is: the memory grew several times, and all products are right. */
const GROWN = { threads: 2, wrong: 0 }

function expectGrowth({ before, after, growths }: Life): void {
  expect(before).toBeLessThan(2 ** 25)
  expect(after).toBeGreaterThan(2 ** 26)
  expect(growths).toBeGreaterThan(2)
}

describe('a process whose engine has threads', () => {
  it.each<[string, Ending, object]>([
    ['by itself', 'end', { code: 0, endedBy: null, stderr: '' }],
    ['by process.exit', 'exit', { code: 3, endedBy: null, stderr: '' }],
    ['by an exception', 'throw', { code: 1, stderr: expect.stringContaining('on purpose') }],
    ['by a rejection', 'reject', { code: 1, stderr: expect.stringContaining('on purpose') }],
  ])('computes in memory that grows, and ends %s', async (_, ending, expected) => {
    const { life, ...ended } = await live([ending])
    expect({ ...life, ...ended }).toMatchObject({ ...GROWN, ...expected })
    expectGrowth(life)
  })

  it.each<[string, Ending]>([
    ['waits', 'wait'],
    ['computes', 'work'],
  ])('ends by SIGINT while it %s', async (_, ending) => {
    const ended = await live([ending], { signal: 'SIGINT' })
    expect(ended).toMatchObject({ code: null, endedBy: 'SIGINT', life: GROWN })
  })
})

describe('a worker thread whose engine has threads', () => {
  it.each<[string, Ending, object]>([
    ['by itself', 'end', { code: 0 }],
    ['by process.exit', 'exit', { code: 3 }],
    ['by an exception', 'throw', { code: 1, error: 'thrown on purpose' }],
    ['by a rejection', 'reject', { code: 1, error: 'rejected on purpose' }],
  ])('computes in memory that grows, and ends %s', async (_, ending, expected) => {
    const { life, code, stderr } = await live([ending, 'ends'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(life).toMatchObject({ ...GROWN, ...expected })
    expectGrowth(life)
  })

  it.each<[string, Ending]>([
    ['waits', 'wait'],
    ['computes', 'work'],
  ])('is terminated while it %s', async (_, ending) => {
    const { life, code, stderr } = await live([ending, 'terminate'])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(life).toMatchObject({ ...GROWN, code: 1 })
  })
})

it('a process that may not start threads computes on one and says why', async () => {
  const flag = process.allowedNodeEnvironmentFlags.has('--permission')
    ? '--permission'
    : '--experimental-permission'
  const { code, life } = await live(['end'], { flags: [flag, '--allow-fs-read=*'] })
  expect(code).toBe(0)
  expect(life).toMatchObject({ threads: 1, wrong: 0 })
  expect(life.reason).toMatch(/^another could not start: Access to this API/)
})
