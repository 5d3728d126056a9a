import { expect, it } from 'vitest'
import { wandbLogger } from '../src/index.js'
import { resolveSettings } from '../src/settings.js'

it.each([
  [{}, { WANDB_PROJECT: 'p', WANDB_TAGS: 'a, b' }, { project: 'p', tags: ['a', 'b'] }],
  [{ project: 'q' }, { WANDB_PROJECT: 'p', WANDB_RUN_ID: 'r1' }, { project: 'q', runId: 'r1' }],
  [{ runId: 'r2' }, { WANDB_RUN_ID: 'r1' }, { runId: 'r2' }],
  [{}, { WANDB_DIR: '/srv/logs', WANDB_NAME: '' }, { dir: '/srv/logs' }],
])('%o with the environment %o', (given, env, settings) => {
  expect(resolveSettings(given, env)).toEqual(settings)
})

it('a variable that cannot be used is named', () => {
  expect(() => resolveSettings({}, { WANDB_PROJECT: 'a/b' })).toThrow(/"WANDB_PROJECT"/)
  expect(() => resolveSettings({}, { WANDB_MODE: 'ofline' })).toThrow(/"WANDB_MODE"/)
})

it.each([
  [{ project: 'a/b' }, /"project"/],
  [{ runId: '../a' }, /"runId"/],
  [{ tags: 'a' }, /"tags"/],
  [{ dir: 7 }, /"dir"/],
  [{ projectName: 'a' }, /"projectName"/],
])('the options %o are refused', (given, text) => {
  expect(() => wandbLogger(given as object)).toThrow(text)
})
