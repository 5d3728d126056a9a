import { leftoverSuite } from '@regimen/logger-kit/testing'
import { expect, it } from 'vitest'
import { Stand } from './helpers/stand.js'

const FILES = [/^hparams\.yaml$/, /^metrics\.csv$/, /^metrics\.jsonl$/, /^run\.json$/]

const cases = leftoverSuite({
  name: 'csv',
  files: FILES,
  async run(rootDir, state = new Map()) {
    const stand = await Stand.open(rootDir, {}, { state })
    await stand.close()
    return stand
  },
})

it.each(cases)('$name', async ({ run }) => {
  await expect(run()).resolves.toBeUndefined()
})
