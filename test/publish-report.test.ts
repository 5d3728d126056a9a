import { expect, it } from 'vitest'
import { publishReport } from '../tooling/publish-report.mjs'

const good = {
  name: '@regimen/plugin-seed',
  version: '0.2.0',
  files: 13,
  packed: 10_535,
  unpacked: 37_550,
  peers: { '@tensorflow/tfjs-layers': '^4.22.0', '@regimen/core': '^0.2.0' },
  optionalPeers: ['@tensorflow/tfjs-layers'],
  faults: [],
}
const bad = { ...good, name: '@regimen/data', peers: {}, faults: ['it has no LICENSE', 'no types'] }

it('prints a table of what would be published', () => {
  expect(publishReport([good])).toEqual([
    'package               version  files   packed  unpacked  wrong  peers (?: optional)',
    '────────────────────  ───────  ─────  ───────  ────────  ─────  ──────────────────────────────────────────',
    '@regimen/plugin-seed  0.2.0       13  10.5 kB   37.5 kB      -  @regimen/core ^0.2.0, tfjs-layers? ^4.22.0',
    '',
    '1 packages, 10.5 kB packed: ready to be published.',
  ])
})

it('prints each fault in full below it', () => {
  expect(publishReport([good, bad], ['@regimen/core@1.0.0 would be released']).slice(4)).toEqual([
    '',
    '@regimen/data: it has no LICENSE',
    '@regimen/data: no types',
    '@regimen/core@1.0.0 would be released',
    '2 packages, 21.1 kB packed: not to be published, 3 faults.',
  ])
})
