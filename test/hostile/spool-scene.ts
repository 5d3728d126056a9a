import { encodeEntry } from '../../packages/logger-kit/src/spool/codec.js'
import type { Scene } from './scene.js'

export const FOLDER = 'runs/.spool/comet-logger/0123'
export const METRIC = {
  kind: 'metrics',
  ...{ seq: 1, time: 1, step: 0, epoch: 0, names: ['loss'], values: [1] },
  source: 'train',
  interval: 'step',
} as const
/** What a run of Comet keeps that has its experiment: the next request holds the key. */
const OPENED = {
  announced: true,
  experiment: { key: 'a'.repeat(32), name: 'x', url: '', startedAt: 1, hasBatches: false },
}
const COMET = { projectName: 'general', mode: 'get_or_create', api: 'rest', tags: [] }
const QUIET = {
  logGit: false,
  logEnvironment: false,
  logSystemMetrics: false,
  offline: false,
}
const LIMITS = { metrics: 1e6, parameters: 1e6, other: 1e6 }

/** Puts a run into a spool, as an attacker would: each part of it may be anything. */
export function leave(scene: Scene, changes: object, lines = encodeEntry(METRIC)): void {
  const manifest = {
    ...{
      format: 1,
      runId: '0123',
      id: 'comet-logger',
      name: 'comet-logger',
      startedAt: 1,
      opens: 1,
    },
    ...{ package: '@regimen/logger-comet', state: OPENED },
    options: { ...COMET, ...QUIET, limits: LIMITS, offlineDir: scene.outside, url: scene.url },
    ...changes,
  }
  scene.write({
    [`${FOLDER}/manifest.json`]: JSON.stringify(manifest),
    [`${FOLDER}/000001.jsonl`]: lines,
  })
}

export const options = (scene: Scene, changes: object) => ({
  options: {
    ...COMET,
    ...QUIET,
    limits: LIMITS,
    offlineDir: scene.outside,
    url: scene.url,
    ...changes,
  },
})
