import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  abandonClaim,
  confirmClaim,
  hasEnded,
  isLeftover,
  markClaim,
  type ProcessSystem,
  processMark,
  temporaryPath,
  thisSystem,
  tidyFolder,
  tidyRuns,
} from '../../src/files/index.js'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'regimen-tidy-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

/** Process 7, which started at 100, and what is known of it by now. */
const seven = { ...thisSystem, pid: 7, startedAt: () => '100' }
const gone: ProcessSystem = { ...thisSystem, isRunning: () => false, startedAt: () => '' }
const alive: ProcessSystem = { ...seven, isRunning: () => true }
const another: ProcessSystem = { ...alive, startedAt: () => '200' }
const untold: ProcessSystem = { ...alive, startedAt: () => '' }

const leftBy = (system: ProcessSystem) => `last.safetensors.${processMark(system)}-0.tmp`
const claimBy = (system: ProcessSystem) => `claim.${processMark(system)}.tmp`

/** A run's folder with some files. */
function run(version: number, ...files: string[]): string {
  const folder = join(root, `version_${version}`)
  mkdirSync(folder)
  for (const file of files) writeFileSync(join(folder, file), '')
  return folder
}

describe('an unfinished file', () => {
  it.each([
    ['whose process has ended', gone, true],
    ['whose process has its number from another now', another, true],
    ['whose process runs', alive, false],
    ['of a number in use, where the system does not say since when', untold, false],
    ['of another machine', { ...gone, host: 'elsewhere' }, false],
    [
      'of a container in which numbers mean other processes',
      { ...gone, pidSpace: 'pid:[1]' },
      false,
    ],
  ])('%s', (_, system, isLeft) => {
    expect(isLeftover(leftBy(seven), system)).toBe(isLeft)
  })

  it.each(['last.safetensors.123-0.tmp', 'x.tmp', '.hparams.yaml.7.tmp', 'last.safetensors'])(
    '%s tells of no process, so that nobody takes it for a leftover',
    (name) => expect(isLeftover(name, gone)).toBe(false),
  )

  it('has a name of its own each time', () => {
    const names = ['a', 'a', 'b'].map((name) => basename(temporaryPath(join(root, name))))
    expect(new Set(names).size).toBe(3)
    expect(names.map((name) => isLeftover(name))).toEqual([false, false, false])
    expect(names.map((name) => isLeftover(name, gone))).toEqual([true, true, true])
  })

  it('of a child that was killed is left over once it has ended', () => {
    const { pid } = spawnSync(process.execPath, ['-e', 'process.kill(process.pid, "SIGKILL")'])
    expect(isLeftover(leftBy({ ...seven, pid }))).toBe(true)
    expect(hasEnded({ pid: process.pid, started: thisSystem.startedAt(process.pid) })).toBe(false)
  })
})

describe('tidying the folders of runs', () => {
  it('removes what dead processes left, and a folder that they claimed and never used', async () => {
    run(0, leftBy(seven), claimBy(seven))
    run(1, claimBy(seven))
    run(2, leftBy(seven), 'last.safetensors')
    const images = join(run(3, 'metrics.csv'), 'images')
    mkdirSync(images)
    writeFileSync(join(images, leftBy(seven)), '')
    await tidyRuns(root, gone)
    expect(readdirSync(root)).toEqual(['version_2', 'version_3'])
    expect(readdirSync(join(root, 'version_2'))).toEqual(['last.safetensors'])
    expect(readdirSync(images)).toEqual([])
  })

  it.each([
    ['a living process', alive],
    ['another machine', { ...gone, host: 'elsewhere' }],
  ])('leaves the files and folders of %s', async (_, system) => {
    run(0, leftBy(seven), claimBy(seven))
    run(1, claimBy(seven))
    await tidyRuns(root, system)
    expect(readdirSync(join(root, 'version_0'))).toHaveLength(2)
    expect(readdirSync(join(root, 'version_1'))).toHaveLength(1)
  })

  it('leaves empty folders of which nobody knows whose they are, and what is no file of ours', async () => {
    const elsewhere = join(root, 'elsewhere')
    mkdirSync(elsewhere)
    writeFileSync(join(elsewhere, leftBy(seven)), '')
    run(0)
    run(1, 'x.tmp', 'notes.txt', claimBy(seven))
    mkdirSync(join(root, 'version_1', leftBy(seven)))
    symlinkSync(elsewhere, join(root, 'version_2'))
    writeFileSync(join(root, 'version_3'), '')
    await tidyRuns(root, gone)
    expect(readdirSync(root)).toEqual([
      'elsewhere',
      'version_0',
      'version_1',
      'version_2',
      'version_3',
    ])
    expect(readdirSync(join(root, 'version_1'))).toEqual([leftBy(seven), 'notes.txt', 'x.tmp'])
    expect(readdirSync(elsewhere)).toHaveLength(1)
  })

  it('keeps a folder that two claimed, one of which lives', async () => {
    const folder = run(0, claimBy(seven))
    markClaim(folder)
    await tidyRuns(root, { ...thisSystem, isRunning: (pid) => pid === process.pid })
    expect(readdirSync(folder)).toEqual([claimBy(thisSystem)])
  })

  it('is no error where there is nothing to read', async () => {
    await tidyRuns(join(root, 'missing'))
    await tidyFolder(join(root, 'missing'))
    writeFileSync(join(root, 'file'), '')
    await tidyRuns(join(root, 'file'))
  })
})

describe('a claim', () => {
  it('that is confirmed leaves the folder, without a marker', () => {
    const folder = run(0)
    markClaim(folder)
    writeFileSync(join(folder, 'metrics.csv'), '')
    confirmClaim(folder)
    expect(readdirSync(folder)).toEqual(['metrics.csv'])
    expect(abandonClaim(folder)).toBe(false)
  })

  it('that is abandoned leaves no folder, unless something is in it', () => {
    const [empty, used] = [run(0), run(1, 'notes.txt')]
    markClaim(empty)
    markClaim(used)
    expect([abandonClaim(empty), abandonClaim(used)]).toEqual([true, false])
    expect(readdirSync(root)).toEqual(['version_1'])
    expect(readdirSync(used)).toEqual(['notes.txt'])
  })

  it('needs the folder', () => {
    expect(() => markClaim(join(root, 'missing'))).toThrow('ENOENT')
  })
})
