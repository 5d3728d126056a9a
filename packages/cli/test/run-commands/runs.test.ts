import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { run } from '../../src/run.js'

const DAY = 86_400_000

/** A run that its logger left, which began some days ago. */
function leave(root: string, id: string, days: number, status: string, rate: number): string {
  const folder = join(root, id)
  mkdirSync(folder, { recursive: true })
  const rows = ['0,9,train,epoch,1,', `1,19,train,epoch,${rate},`, '1,19,validation,epoch,,0.75']
  const table = `epoch,step,source,interval,loss,val_accuracy\n${rows.join('\n')}\n`
  writeFileSync(join(folder, 'metrics.csv'), table)
  writeFileSync(join(folder, 'hparams.yaml'), `rate: ${rate}\noptimizer: "adam"\n`)
  const holder = { pid: 1, host: 'elsewhere', started: '' }
  const startedAt = Date.now() - days * DAY
  writeFileSync(join(folder, 'run.json'), JSON.stringify({ runId: id, startedAt, status, holder }))
  return folder
}

function threeRuns(): string {
  const root = mkdtempSync(join(tmpdir(), 'regimen-cli-runs-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  leave(root, 'csv/version_0', 40, 'finished', 0.5)
  leave(root, 'csv/version_1', 20, 'failed', 0.25)
  leave(root, 'csv/version_2', 1, 'finished', 0.125)
  return root
}

async function regimen(root: string, line: string) {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const code = await run(['runs', ...line.split(' '), '--dir', root], { stdout, stderr })
  stdout.end()
  stderr.end()
  return { code, stdout: await text(stdout), stderr: await text(stderr) }
}

describe('regimen runs ls', () => {
  it('prints a table', async () => {
    const { stdout, code } = await regimen(threeRuns(), 'ls')
    expect(code).toBe(0)
    const lines = stdout.split('\n')
    expect(lines[0]).toMatch(/^run +started +outcome +epochs +val_accuracy +loss +size$/)
    expect(lines[3]).toMatch(
      /^csv\/version_1 +\d{4}-\d\d-\d\d \d\d:\d\d +failed +2 +0.75 +0.25 +\d+ B$/,
    )
  })

  it('prints JSON alone on stdout, and names on stderr what is damaged', async () => {
    const root = threeRuns()
    writeFileSync(join(root, 'csv/version_1/hparams.yaml'), '[')
    const { stdout, stderr, code } = await regimen(root, 'ls --json')
    expect(JSON.parse(stdout)).toMatchObject([
      { id: 'csv/version_0', hparams: { rate: 0.5 }, faults: [] },
      { id: 'csv/version_1', hparams: {}, outcome: 'failed' },
      { id: 'csv/version_2' },
    ])
    expect(stderr).toBe('csv/version_1: hparams.yaml is no list of hyperparameters\n')
    expect(code).toBe(0)
  })

  it('says that there are none', async () => {
    const root = mkdtempSync(join(tmpdir(), 'regimen-cli-runs-'))
    onTestFinished(() => rmSync(root, { recursive: true }))
    expect((await regimen(root, 'ls')).stdout).toContain('There are no runs in')
    expect((await regimen(root, 'ls --json')).stdout).toBe('[]\n')
  })
})

describe('regimen runs show and compare', () => {
  it('shows one, by the end of its name', async () => {
    const { stdout } = await regimen(threeRuns(), 'show version_1')
    expect(stdout).toMatch(/^outcome +failed$/m)
    expect(stdout).toMatch(/^rate +0.25$/m)
    expect(stdout).toMatch(/^loss +train epoch +2 +0.25 +0.25 +1 +0$/m)
  })

  it('compares, and marks what differs', async () => {
    const root = threeRuns()
    const { stdout } = await regimen(root, 'compare version_0 csv/version_2')
    expect(stdout).toMatch(/^\* +rate +0.5 +0.125$/m)
    expect(stdout).toMatch(/^ +optimizer +adam +adam$/m)
    expect(stdout).toMatch(/^\* +loss \(min\) +0.5 +0.125$/m)
    const { stdout: json } = await regimen(root, 'compare version_0 version_2 --json')
    expect(JSON.parse(json).runs).toEqual(['csv/version_0', 'csv/version_2'])
  })
})

describe('regimen runs prune', () => {
  const isThere = (root: string) =>
    [0, 1, 2].map((version) => existsSync(join(root, `csv/version_${version}`)))

  it('only says what it would remove', async () => {
    const root = threeRuns()
    const { stdout, code } = await regimen(root, 'prune --failed')
    expect(stdout).toMatch(/^csv\/version_1 +removed +failed/m)
    expect(stdout).toMatch(/Would remove 1 run, \d+ B\. Nothing is removed without --yes\.\n$/)
    expect(isThere(root)).toEqual([true, true, true])
    expect(code).toBe(0)
  })

  it.each([
    ['--failed', [true, false, true]],
    ['--older-than 30d', [false, true, true]],
    ['--keep 1', [false, false, true]],
    ['--keep 1 --failed', [true, false, true]],
  ])('removes with --yes: %s', async (flags, left) => {
    const root = threeRuns()
    const { stdout } = await regimen(root, `prune ${flags} --yes --json`)
    expect(isThere(root)).toEqual(left)
    const { runs, isDryRun } = JSON.parse(stdout)
    expect(isDryRun).toBe(false)
    expect(runs.map(({ isRemoved }: { isRemoved: boolean }) => !isRemoved)).toEqual(left)
  })
})

it.each([
  ['', 'Say what to do: regimen runs ls|show|compare|prune.'],
  ['list', '"list" is none of them.'],
  ['ls --keep 1', '--keep belongs to regimen runs prune.'],
  ['show', 'Name one run'],
  ['show version_0 version_1', 'Name one run'],
  ['show version_9', 'There is no run "version_9"'],
  ['compare version_0', 'Name two runs or more'],
  ['prune', 'Say which runs: --keep <n>, --older-than <age> or --failed.'],
  ['prune --yes', 'Say which runs'],
  ['prune --keep -1', '--keep is "-1"; expected a non-negative integer.'],
  ['prune --older-than soon', '--older-than is "soon"; expected an age'],
  ['prune version_0 --failed', 'prune takes no names'],
])('regimen runs %s is refused', async (line, message) => {
  const { code, stdout, stderr } = await regimen(threeRuns(), line === '' ? '--json' : line)
  expect(stderr).toContain(message)
  expect(stdout).toBe('')
  expect(code).toBe(2)
})

it('a folder that is not there is refused', async () => {
  const { code, stderr } = await regimen('/nowhere/at-all', 'ls')
  expect(stderr).toContain('There is no folder /nowhere/at-all.')
  expect(code).toBe(2)
})
