import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { ownHolder } from '@regimen/core/files'
import { describe, expect, it } from 'vitest'
import { planPrune, prune } from '../../src/library/prune.js'
import { RunLibrary } from '../../src/library/run-library.js'
import { rowOf } from '../../src/library/run-row.js'
import { runFolder, temporaryFolder } from '../helpers/run-folder.js'

const ids = (library: RunLibrary) => library.runs.map(({ id }) => id)

describe('the runs below a folder', () => {
  it('are those with a table of metrics, in the order of their names', async () => {
    const root = temporaryFolder()
    for (const id of ['csv/version_10', 'csv/version_2', 'deep/er/mine']) runFolder(root, id)
    runFolder(root, 'csv/version_2', { suffix: '-2' })
    mkdirSync(join(root, 'checkpoints/version_0'), { recursive: true })
    const library = new RunLibrary(root)
    await library.refresh()
    expect(ids(library)).toEqual([
      'csv/version_2',
      'csv/version_2#2',
      'csv/version_10',
      'deep/er/mine',
    ])
  })

  it('are not found through links', async () => {
    const [root, elsewhere] = [temporaryFolder(), temporaryFolder()]
    runFolder(elsewhere, 'csv/version_0')
    symlinkSync(elsewhere, join(root, 'linked'))
    mkdirSync(join(root, 'csv'))
    symlinkSync(join(elsewhere, 'csv/version_0/metrics.csv'), join(root, 'csv/metrics.csv'))
    const library = new RunLibrary(root)
    await library.refresh()
    expect(ids(library)).toEqual([])
    expect(library.skipped).toEqual([{ path: 'csv/metrics.csv', reason: 'is a link' }])
  })

  it('have a row with what is known', async () => {
    const root = temporaryFolder()
    const startedAt = 1_700_000_000_000
    runFolder(root, 'csv/version_0', {
      facts: { status: 'finished', startedAt, endedAt: startedAt + 5 },
    })
    const library = new RunLibrary(root)
    await library.refresh()
    expect(rowOf(library.runs[0] as never)).toMatchObject({
      ...{ id: 'csv/version_0', name: 'csv', version: 'version_0', outcome: 'finished' },
      ...{
        startedAt,
        endedAt: startedAt + 5,
        epochs: 2,
        step: 19,
        hparams: { rate: 0.1 },
        faults: [],
      },
      metrics: [{ name: 'loss', interval: 'epoch', count: 2, last: { value: 0.5 } }],
    })
  })

  it('name what is damaged, and are there all the same', async () => {
    const root = temporaryFolder()
    const folder = runFolder(root, 'csv/version_0')
    appendFileSync(join(folder, 'metrics.csv'), 'broken\n')
    writeFileSync(join(folder, 'hparams.yaml'), '- list\n')
    writeFileSync(join(folder, 'run.json'), '{')
    const foreign = join(root, 'foreign')
    mkdirSync(foreign)
    writeFileSync(join(foreign, 'metrics.csv'), 'step,a\n0,1\n')
    const library = new RunLibrary(root)
    await library.refresh()
    expect(library.get('csv/version_0')?.faults).toEqual([
      'hparams.yaml is no list of hyperparameters',
      'run.json does not say how the run went',
      'metrics.csv has 1 damaged row, which is left out',
    ])
    // It has no records, which need not be there.
    await library.get('foreign')?.readRecords()
    expect(library.get('foreign')?.faults).toEqual([
      'metrics.csv is no table of metrics: its columns are others',
    ])
  })

  it('are read on while they grow, and forgotten when they are gone', async () => {
    const root = temporaryFolder()
    const folder = runFolder(root, 'csv/version_0')
    const library = new RunLibrary(root)
    expect(await library.refresh()).toEqual({ changed: ['csv/version_0'], removed: [] })
    expect(await library.refresh()).toEqual({ changed: [], removed: [] })
    appendFileSync(join(folder, 'metrics.csv'), '2,29,train,epoch,0.25\n')
    runFolder(root, 'csv/version_1')
    expect((await library.refresh()).changed.toSorted()).toEqual(['csv/version_0', 'csv/version_1'])
    expect(rowOf(library.runs[0] as never).metrics[0]).toMatchObject({ last: { value: 0.25 } })
    rmSync(folder, { recursive: true })
    expect(await library.refresh()).toEqual({ changed: [], removed: ['csv/version_0'] })
  })

  it.skipIf(process.getuid?.() === 0)('name a folder that cannot be read', async () => {
    const root = temporaryFolder()
    mkdirSync(join(root, 'closed'))
    chmodSync(join(root, 'closed'), 0)
    const library = new RunLibrary(root)
    await library.refresh()
    expect(library.skipped).toEqual([{ path: 'closed', reason: 'EACCES' }])
  })
})

describe('removing runs', () => {
  const facts = (status: string) => ({ status, startedAt: 1_700_000_000_000 })

  async function pruned(root: string) {
    const library = new RunLibrary(root)
    await library.refresh()
    return prune(library, await planPrune(library, { keep: 0 }))
  }

  it('removes what a logger wrote, and leaves what is of others', async () => {
    const root = temporaryFolder()
    const folder = runFolder(root, 'csv/version_0', { facts: facts('failed') })
    mkdirSync(join(folder, 'images'))
    writeFileSync(join(folder, 'images/a-1.png'), 'x')
    const mine = runFolder(root, 'csv/version_1', { facts: facts('failed') })
    writeFileSync(join(mine, 'notes.txt'), 'mine')
    mkdirSync(join(mine, 'inner'))
    const found = await pruned(root)
    expect(found.map(({ left }) => left)).toEqual([undefined, ['inner', 'notes.txt']])
    expect(existsSync(folder)).toBe(false)
    expect(readdirSync(mine)).toEqual(['inner', 'notes.txt'])
  })

  it('keeps a run in progress, and one that may be', async () => {
    const root = temporaryFolder()
    const running = { ...facts('running'), holder: ownHolder() }
    runFolder(root, 'csv/version_0', { facts: running })
    runFolder(root, 'csv/version_1')
    const found = await pruned(root)
    expect(found.map(({ isRemoved, reason }) => [isRemoved, reason])).toEqual([
      [false, 'running'],
      [false, 'may be running'],
    ])
    expect(existsSync(join(root, 'csv/version_0/metrics.csv'))).toBe(true)
  })

  it('keeps a run that was resumed between the plan and the removal', async () => {
    const root = temporaryFolder()
    const folder = runFolder(root, 'csv/version_0', { facts: facts('failed') })
    const library = new RunLibrary(root)
    await library.refresh()
    const plan = await planPrune(library, { keep: 0 })
    writeFileSync(
      join(folder, 'run.json'),
      JSON.stringify({ runId: 'a', ...facts('running'), holder: ownHolder() }),
    )
    expect(await prune(library, plan)).toMatchObject([{ isRemoved: false, reason: 'running now' }])
    expect(existsSync(folder)).toBe(true)
  })

  it('follows no link, of a folder that was replaced or of images', async () => {
    const [root, elsewhere] = [temporaryFolder(), temporaryFolder()]
    writeFileSync(join(elsewhere, 'a.png'), 'precious')
    const folder = runFolder(root, 'csv/version_0', { facts: facts('failed') })
    symlinkSync(elsewhere, join(folder, 'images'))
    expect(await pruned(root)).toMatchObject([{ left: ['images'] }])
    const outside = runFolder(elsewhere, 'csv/version_1', { facts: facts('failed') })
    const victim = runFolder(root, 'csv/version_1', { facts: facts('failed') })
    const library = new RunLibrary(root)
    await library.refresh()
    const plan = await planPrune(library, { keep: 0 })
    rmSync(victim, { recursive: true })
    symlinkSync(outside, victim)
    expect(await prune(library, plan)).toMatchObject([
      { isRemoved: false, error: expect.stringContaining('outside') },
    ])
    expect(existsSync(join(outside, 'metrics.csv'))).toBe(true)
    expect(existsSync(join(elsewhere, 'a.png'))).toBe(true)
  })

  it('removes the runs of one folder together, or none', async () => {
    const root = temporaryFolder()
    const folder = runFolder(root, 'csv/version_0', { facts: facts('failed') })
    const old = new Date(0)
    utimesSync(join(folder, 'metrics.csv'), old, old)
    runFolder(root, 'csv/version_0', {
      suffix: '-2',
      facts: { ...facts('running'), holder: ownHolder() },
    })
    const found = await pruned(root)
    expect(found[0]).toMatchObject({
      isRemoved: false,
      reason: 'shares its folder with csv/version_0#2',
    })
    expect(existsSync(join(folder, 'metrics.csv'))).toBe(true)
  })
})
