import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Stand, temporaryFolder } from './helpers/stand.js'

describe('as Lightning’s CSVLogger', () => {
  it.each([
    { version: undefined, folder: 'version_2' },
    { version: 1, folder: 'version_1' },
    { version: '2020-02-05-162402', folder: '2020-02-05-162402' },
  ])('C250: version $version is the folder $folder', async ({ version, folder }) => {
    const rootDir = temporaryFolder()
    for (const name of ['version_0', 'version_1', 'version_nonumber', 'other']) {
      mkdirSync(join(rootDir, 'exp', name), { recursive: true })
    }
    const stand = await Stand.open(rootDir, {
      name: 'exp',
      ...(version !== undefined && { version }),
    })
    await stand.close()
    expect(stand.logDir).toBe(join(rootDir, 'exp', folder))
  })

  it('C251: an old file in a version folder stays, and is not mixed with the new one', async () => {
    const rootDir = temporaryFolder()
    const folder = join(rootDir, 'exp/version_0')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'metrics.csv'), 'step,a\n0,1\n')
    const stand = await Stand.open(rootDir, { name: 'exp', version: 0 })
    await stand.log({ b: 2 })
    await stand.close()
    expect(stand.reports).toEqual([expect.stringContaining('has the log of another run')])
    expect(stand.read('metrics.csv')).toBe('step,a\n0,1\n')
    expect(stand.read('metrics-2.csv')).toBe('epoch,step,source,interval,b\n0,0,train,step,2\n')
    expect(readdirSync(folder).sort()).toEqual([
      'hparams-2.yaml',
      'metrics-2.csv',
      'metrics-2.jsonl',
      'metrics.csv',
      'run-2.json',
    ])
  })

  it('C253: rows {a,b}, {a,b,c}, {a,c} have the columns a, b, c after the second', async () => {
    const stand = await Stand.open(temporaryFolder())
    await stand.log({ a: 1, b: 2 })
    expect(stand.table()[0]).toBe('epoch,step,source,interval,a,b')
    await stand.log({ a: 1, b: 2, c: 3 })
    expect(stand.table()[0]).toBe('epoch,step,source,interval,a,b,c')
    await stand.log({ a: 1, c: 3 })
    await stand.close()
    expect(stand.table()).toEqual([
      'epoch,step,source,interval,a,b,c',
      '0,0,train,step,1,2,',
      '0,0,train,step,1,2,3',
      '0,0,train,step,1,,3',
    ])
  })

  it('C253: three rows of two loggers of one run are four lines', async () => {
    const rootDir = temporaryFolder()
    const first = await Stand.open(rootDir)
    await first.log({ a: 1, b: 2 })
    await first.log({ a: 3, b: 4 })
    await first.close()
    const second = await Stand.open(rootDir, {}, { state: first.state })
    await second.log({ a: 5, b: 6 })
    await second.close()
    expect(second.logDir).toBe(first.logDir)
    expect(second.table()).toHaveLength(4)
  })
})
