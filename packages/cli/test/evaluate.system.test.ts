import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from './helpers/built.js'
import { config, project, regimen, start } from './helpers/project.js'

beforeAll(() => ensureBuilt())

const plain = (keys = '', head = '') => project({ 'trainer.config.ts': config(keys, head) })

describe('regimen validate, test and predict', () => {
  it('print one line per metric', async () => {
    const root = plain()
    const [validated, tested] = await Promise.all([
      regimen(root, 'validate'),
      regimen(root, 'test'),
    ])
    expect(validated).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^val_loss=.*\nval_accuracy=0\.9871\n$/),
    })
    expect(tested).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^test_loss=.*\ntest_accuracy=0\.9871\n$/),
    })
  })

  it('take data that are values, also several by name', async () => {
    const root = plain('data: { train: [], test: { a: batches(1), b: batches(1) } }')
    const { code, stdout } = await regimen(root, 'test', '--set', 'accelerator=cpu')
    expect(code).toBe(0)
    expect(stdout).toContain('test_loss/a=')
    expect(stdout.trimEnd().split('\n').at(-1)).toBe('test_accuracy/b=0.9871')
  })

  it('say which data are missing', async () => {
    const root = plain('data: () => ({ train: batches(1) })')
    const { code, stderr } = await regimen(root, 'validate')
    expect(code).toBe(1)
    expect(stderr).toContain('needs data.validation')
  })

  it('write predictions as lines of JSON, to stdout or a file', async () => {
    const root = plain()
    const lines = '[[0],[0]]\n[[0],[0]]\n'
    expect(await regimen(root, 'predict')).toMatchObject({ code: 0, stdout: lines })
    expect(await regimen(root, 'predict', '--out', 'out.jsonl')).toMatchObject({
      code: 0,
      stdout: '',
    })
    expect(readFileSync(join(root, 'out.jsonl'), 'utf8')).toBe(lines)
    expect(existsSync(join(root, 'out.jsonl.part'))).toBe(false)
  })

  it('write nothing but results to stdout, whatever plugins, module and config print', async () => {
    const head = `console.log('config')
      const talker = { api: 1, id: 'talker', name: 'talker', apply({ hooks }) {
        hooks.predictStart.tap('talker', () => console.log('begins'))
        hooks.predictBatchEnd.tap('talker', () => void process.stdout.write('batch\\n'))
        hooks.predictEnd.tap('talker', () => console.log('predict ended'))
      } }`
    const { code, stdout, stderr } = await regimen(plain('plugins: [talker]', head), 'predict')
    expect({ code, stdout }).toEqual({ code: 0, stdout: '[[0],[0]]\n[[0],[0]]\n' })
    expect(stderr).toBe('config\nbegins\nbatch\nbatch\npredict ended\n')
  })

  it.each([
    ['nowhere/out.jsonl', 'cannot be written: there is no folder nowhere; make it first'],
    ['.', 'is a folder; give a file'],
  ])('refuse --out %s before anything is predicted', async (out, text) => {
    const root = plain()
    const { code, stderr } = await regimen(root, 'predict', '--out', out)
    expect(code).toBe(2)
    expect(stderr).toContain(`--out ${out} ${text}`)
    expect(existsSync(join(root, 'seen.log'))).toBe(false)
  })

  it('keep an older file of predictions where the new one fails', async () => {
    const root = plain('data: () => ({ train: [], predict: () => { throw new Error("no data") } })')
    writeFileSync(join(root, 'out.jsonl'), 'old')
    expect((await regimen(root, 'predict', '--out', 'out.jsonl')).code).toBe(1)
    expect(readFileSync(join(root, 'out.jsonl'), 'utf8')).toBe('old')
  })

  it('stop quietly where the reader goes away', async () => {
    const root = plain(
      'data: () => ({ train: [], predict: function* () { for (;;) yield* batches(1) } })',
    )
    const { child, ended } = start(root, ['predict'])
    child.stdout.once('data', () => child.stdout.destroy())
    const { code, stderr } = await ended
    expect(code).toBe(0)
    expect(stderr).not.toMatch(/EPIPE|error/)
  })
})
