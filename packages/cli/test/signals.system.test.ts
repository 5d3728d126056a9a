import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from './helpers/built.js'
import { config, printed, project, start } from './helpers/project.js'

beforeAll(() => ensureBuilt())

/** Batches without end, one every 5 ms, that say when training is under way. */
const ENDLESS = `data: () => ({ test: batches(1), train: async function* () {
  for (let at = 0; ; at++) {
    if (at === 3) console.log('under way')
    await new Promise((resolve) => setTimeout(resolve, 5))
    yield* batches(1)
  }
} })`

describe.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s', (signal, code) => {
  it(`C171: lets the batch, the save and all end hooks finish, then the exit code is ${code}`, async () => {
    const root = project({ 'trainer.config.ts': config(ENDLESS) })
    const { child, ended } = start(root, ['fit', '--test', '--max-epochs', '9'])
    await printed(child, 'under way')
    child.kill(signal)
    const { code: exited, stderr } = await ended
    expect(exited).toBe(code)
    expect(stderr).toContain('Interrupted, and the state was not saved')
    const seen = readFileSync(join(root, 'seen.log'), 'utf8').trim().split('\n')
    expect(seen.slice(seen.indexOf('fitStart'))).toEqual([
      'fitStart',
      'save interrupted',
      'epochEnd 0 interrupted',
      'fitEnd interrupted',
      'teardown fit interrupted',
    ])
  })

  it('ends at once when it comes a second time', async () => {
    const hanging = `definePlugin({ name: 'hanging', apply({ hooks }) {
      hooks.fitEnd.tapPromise('hanging', () => new Promise(() => {
        console.log('hangs')
        setInterval(() => undefined, 1000)
      }))
    } })`
    const head = `import { definePlugin } from '@regimen/core'`
    const keys = `${ENDLESS}, plugins: [${hanging}]`
    const root = project({
      'trainer.config.ts': config(keys, head).replace('plugins: [witness],', ''),
    })
    const { child, ended } = start(root, ['fit'])
    await printed(child, 'under way')
    child.kill(signal)
    // A person is told what the run waits for; by then the second signal is no echo of the first.
    await printed(child, `A second ${signal} ends at once`, 'stderr')
    child.kill(signal)
    expect(await ended).toMatchObject({ code })
  })

  it('ends a test with what it had so far, on stderr: stdout has no result', async () => {
    const endless = ENDLESS.replace('test: batches(1), train:', 'train: [], test:')
    const root = project({ 'trainer.config.ts': config(endless) })
    const { child, ended } = start(root, ['test'])
    await printed(child, 'under way')
    child.kill(signal)
    const { code: exited, stdout, stderr } = await ended
    expect({ exited, stdout }).toEqual({ exited: code, stdout: 'under way\n' })
    const said = /^Interrupted after \d+ batches; the means so far: .*test_accuracy=0\.9871/m
    expect(stderr).toMatch(said)
    expect(stderr).not.toContain('error')
  })
})
