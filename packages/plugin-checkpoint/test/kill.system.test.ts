import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Catalog } from '../src/index.js'
import { loadCheckpoint } from '../src/index.js'
import { bundled } from './helpers/bundle.js'
import { temporaryFolder } from './helpers/folder.js'
import type { Death } from './helpers/kill-child.js'

const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000)
const WRITE_STEPS = [
  'after-open',
  'mid-data',
  'before-fsync',
  'after-fsync',
  'before-rename',
  'after-rename',
  'after-folder-fsync',
  'index',
] as const
/** As the child's checkpoint has it. */
const TOP_K = 3
const HOOKS = [
  'batchStart',
  'stepEnd',
  'batchEnd',
  'validationBatchEnd',
  'monitor',
  'save',
  'epochEnd',
] as const

let script = ''
let reference: Outcome
beforeAll(async () => {
  script = await bundled('kill-child')
  process.stdout.write(`kill test: KILL_SEED=${SEED}\n`)
  const dir = join(temporaryFolder(), 'reference')
  expect(live(dir)).toBe('done')
  reference = await outcomeIn(dir)
  expect(reference.result).toMatchObject({ stop: { kind: 'plugin', plugin: 'early-stopping' } })
})
afterAll(() => rmSync(script, { force: true }))

interface Outcome {
  readonly result: unknown
  readonly files: readonly unknown[]
}

/** Starts a life; it ends by itself or as told. */
function live(dir: string, death?: Death): 'done' | 'killed' | 'interrupted' {
  mkdirSync(dir, { recursive: true })
  const { status, signal, stderr } = spawnSync(
    process.execPath,
    [script, JSON.stringify({ dir, death })],
    {
      encoding: 'utf8',
      timeout: 240_000,
    },
  )
  if (signal === 'SIGKILL') return 'killed'
  if (status === 3) return 'interrupted'
  if (status !== 0) throw new Error(`The run failed (${status}, ${signal}): ${stderr}`)
  return 'done'
}

/** Reads every file that stands under a final name. @returns how many */
async function verifyAll(dir: string): Promise<number> {
  let count = 0
  for (const folder of readdirSync(dir).filter((name) => name.startsWith('version_'))) {
    for (const name of readdirSync(join(dir, folder))) {
      const path = join(dir, folder, name)
      if (name === 'index.json') JSON.parse(readFileSync(path, 'utf8'))
      else if (name.endsWith('.safetensors')) await loadCheckpoint(path)
      else expect(name).toMatch(/\.tmp$/)
      count++
    }
  }
  return count
}

/** What the run came to: its result, its files and what they hold. */
async function outcomeIn(dir: string): Promise<Outcome> {
  const result: unknown = JSON.parse(readFileSync(join(dir, 'result.json'), 'utf8'))
  // A life that died before its first save leaves an empty folder; the next one begins anew.
  const folders = readdirSync(dir).filter((name) => name.startsWith('version_'))
  const isUsed = (name: string) =>
    readdirSync(join(dir, name)).some((file) => file.endsWith('.safetensors'))
  const [folder = '', ...others] = folders.filter(isUsed)
  expect(others).toEqual([])
  const index = JSON.parse(readFileSync(join(dir, folder, 'index.json'), 'utf8')) as Catalog
  const files = index.files
    .map(({ file, epoch, batch, step, score, sha256 }) => ({
      file,
      epoch,
      batch,
      step,
      score,
      sha256,
    }))
    .sort((a, b) => (a.file < b.file ? -1 : 1))
  const present = readdirSync(join(dir, folder)).filter((name) => name.endsWith('.safetensors'))
  expect(files.map(({ file }) => file)).toEqual(present.sort())
  // The file that a life was resumed from is not deleted by it: where the one before died between the
  // numbered file and `last`, the last life may leave the numbered one over. Nothing else may be.
  const origins = existsSync(join(dir, 'origins.log'))
    ? readFileSync(join(dir, 'origins.log'), 'utf8').trim().split('\n').slice(-1)
    : []
  const numbered = files.filter(({ file }) => file.startsWith('epoch='))
  const leftOver = numbered.sort((a, b) => Number(a.score) - Number(b.score)).slice(TOP_K)
  expect(origins).toEqual(expect.arrayContaining(leftOver.map(({ file }) => `${folder}/${file}`)))
  return { result, files: files.filter((one) => !leftOver.includes(one)) }
}

/** Lives until done, dying as told; where a run is done before all deaths, another one begins. */
async function liveThrough(
  deaths: readonly Death[],
): Promise<{ ended: string[]; verified: number }> {
  const root = temporaryFolder()
  const ended: string[] = []
  let verified = 0
  let runs = 0
  for (let next = 0; next < deaths.length; runs++) {
    const dir = join(root, `run-${runs}`)
    for (let isDone = false; !isDone; ) {
      const death = deaths[next]
      const how = live(dir, death)
      verified += await verifyAll(dir)
      isDone = how === 'done'
      if (isDone) break
      ended.push(`${how} ${death?.at}`)
      next++
    }
    expect(await outcomeIn(dir)).toEqual(reference)
  }
  return { ended, verified }
}

function randomNumbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

describe('a run that is killed again and again', () => {
  it('ends as the one that was not, 10 times in a hook and 10 times within a write', {
    timeout: 900_000,
  }, async () => {
    const random = randomNumbers(SEED)
    const deaths = Array.from({ length: 20 }, (_, index): Death => {
      const isInWrite = index % 2 === 1
      const among = isInWrite ? WRITE_STEPS : HOOKS
      const at = isInWrite
        ? (WRITE_STEPS[(index >> 1) % 8] as Death['at'])
        : (among[random(among.length)] as Death['at'])
      const isRare = ['monitor', 'save', 'epochEnd', 'index'].includes(at)
      return { how: 'SIGKILL', at, times: 1 + random(isRare ? 3 : 9) }
    })
    const { ended, verified } = await liveThrough(deaths)
    process.stdout.write(`kill test: ${ended.join(', ')}; ${verified} files whole\n`)
    expect(ended).toHaveLength(20)
    expect(
      ended.filter((one) => WRITE_STEPS.some((step) => one.endsWith(step))).length,
    ).toBeGreaterThanOrEqual(8)
  })

  it.each(['SIGTERM', 'abort'] as const)(
    'ends so too after 5 times %s',
    { timeout: 900_000 },
    async (how) => {
      const random = randomNumbers(SEED + (how === 'abort' ? 1 : 2))
      const deaths = Array.from({ length: 5 }, (): Death => {
        const at = HOOKS[random(4)] as Death['at']
        return { how, at, times: 1 + random(12) }
      })
      const { ended } = await liveThrough(deaths)
      expect(ended.map((one) => one.split(' ')[0])).toEqual(Array(5).fill('interrupted'))
    },
  )
})
