import { Writable } from 'node:stream'
import { progress } from '@regimen/plugin-progress'
import { profiler } from '@regimen/profiler'
import { allPlugins, nullTerminal } from './all-plugins.js'
import type { Contestant } from './contestant.js'
import { handLoop } from './hand-loop.js'
import { layersFit } from './layers-fit.js'
import type { Batch, NetSpec } from './nets.js'
import { regimenFit } from './regimen-fit.js'
import { threeLoggers } from './three-loggers.js'

/** What is compared with what: a row of a table. */
export type RowName = keyof typeof rows

type Duel = readonly [baseline: Contestant, candidate: Contestant]

const silence = new Writable({ write: (_chunk, _encoding, done) => done() })

/** Makes the two contestants of each row, with equal weights. */
export const rows = {
  control: (spec: NetSpec, batches: readonly Batch[]): Duel => [
    handLoop(spec, batches),
    { ...handLoop(spec, batches), name: 'hand loop again (control)' },
  ],
  bare: (spec: NetSpec, batches: readonly Batch[]): Duel => [
    handLoop(spec, batches),
    regimenFit(spec, batches, { name: 'Regimen bare' }),
  ],
  progress: (spec: NetSpec, batches: readonly Batch[]): Duel => [
    handLoop(spec, batches, 'two metrics'),
    regimenFit(spec, batches, {
      name: 'Regimen, progress, 2 metrics',
      extras: 'two metrics',
      plugins: [progress({ display: 'bars', stream: nullTerminal })],
    }),
  ],
  plugins: (spec: NetSpec, batches: readonly Batch[]): Duel => [
    handLoop(spec, batches, 'two metrics'),
    regimenFit(spec, batches, {
      name: 'Regimen, all plugins, 2 metrics',
      extras: 'two metrics',
      plugins: allPlugins(),
    }),
  ],
  loggers: (spec: NetSpec, batches: readonly Batch[]): Duel => {
    const fiveMetrics = { extras: 'two metrics', logged: ['rate', 'momentum'] } as const
    return [
      regimenFit(spec, batches, { name: 'Regimen, 5 metrics', ...fiveMetrics }),
      regimenFit(spec, batches, {
        name: 'Regimen, CSV + TensorBoard + Comet',
        ...fiveMetrics,
        ...threeLoggers(),
      }),
    ]
  },
  profiler: (spec: NetSpec, batches: readonly Batch[]): Duel => [
    regimenFit(spec, batches, { name: 'Regimen bare' }),
    regimenFit(spec, batches, {
      name: 'Regimen, profiler',
      plugins: [profiler({ stream: silence })],
    }),
  ],
  fit: (spec: NetSpec, batches: readonly Batch[]): Duel => [
    layersFit(spec, batches),
    regimenFit(spec, batches, { name: 'Regimen bare' }),
  ],
}
