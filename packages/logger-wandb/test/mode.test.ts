import '@tensorflow/tfjs-backend-cpu'
import { readdirSync } from 'node:fs'
import { training } from '@regimen/logger-kit/testing/training'
import { afterEach, expect, it, vi } from 'vitest'
import { wandbLogger } from '../src/index.js'
import { modeOf, noticesOf } from '../src/mode.js'
import { temporaryFolder } from './helpers/folder.js'

afterEach(() => vi.unstubAllEnvs())

it.each([
  [undefined, undefined, 'offline', []],
  [undefined, '', 'offline', []],
  [undefined, 'offline', 'offline', []],
  [undefined, 'dryrun', 'offline', []],
  [undefined, 'online', 'offline', [/"online", and nothing is uploaded/]],
  [undefined, 'disabled', 'disabled', [/Nothing is logged/]],
  ['offline', 'disabled', 'offline', []],
  ['disabled', 'online', 'disabled', [/Nothing is logged/]],
] as const)('mode %s with WANDB_MODE %s is %s', (given, WANDB_MODE, mode, notices) => {
  expect(modeOf(given, { WANDB_MODE })).toBe(mode)
  const found = noticesOf(given, { WANDB_MODE })
  expect(found).toEqual(notices.map((text) => expect.stringMatching(text)))
})

it('says that WANDB_RESUME is not used', () => {
  expect(noticesOf(undefined, { WANDB_RESUME: 'must' })).toEqual([
    expect.stringMatching(/WANDB_RESUME is not used/),
  ])
})

it('writes nothing where it is disabled, and files where the option says so', async () => {
  vi.stubEnv('WANDB_MODE', 'disabled')
  const [disabled, rootDir] = [temporaryFolder(), temporaryFolder()]
  const off = training({ plugins: [wandbLogger({ thread: false })], rootDir: disabled })
  await off.fit()
  expect(readdirSync(disabled)).toEqual([])
  const plugins = [wandbLogger({ thread: false, mode: 'offline' })]
  await training({ plugins, rootDir }).fit()
  expect(readdirSync(rootDir)).toContain('wandb')
})
