import type { Effort } from './compare.js'
import type { Engine } from './engines.js'
import type { RowName } from './rows.js'

/** What a value may be at most: microseconds of difference, or a ratio. */
export type Bound = { readonly micros: number } | { readonly ratio: number }

/** One net on one engine: measured in a process of its own. */
export interface Part {
  readonly table: 'linear' | 'mlp' | 'host' | 'checkpoint'
  readonly engine: Engine | 'both wasm'
  readonly net: 'linear' | 'mlp'
  readonly effort: Effort
  readonly quickEffort: Effort
  /**
   * Rows in order, each with its bound. `engines` compares stock wasm with `@regimen/backend-wasm`,
   * `stall` a save with a download of the same tensors.
   */
  readonly rows: Readonly<Partial<Record<RowName | 'engines' | 'stall', Bound | undefined>>>
}

/** Over this the control says that the machine is too busy to be believed. */
export const CONTROL_LIMIT_MICROS = 8

const SMALL = {
  effort: { pairs: 40, steps: 400, warmUp: 4 },
  quickEffort: { pairs: 6, steps: 100, warmUp: 4 },
}
const FAST_WASM = {
  effort: { pairs: 12, steps: 20, warmUp: 2 },
  quickEffort: { pairs: 3, steps: 5, warmUp: 1 },
}
const SLOW_WASM = {
  effort: { pairs: 8, steps: 5, warmUp: 1 },
  quickEffort: { pairs: 2, steps: 2, warmUp: 1 },
}
const AGAINST_FIT: Bound = { ratio: 0.9 }
const ON_CPU = {
  control: undefined,
  bare: { micros: 25 },
  progress: { micros: 60 },
  plugins: { micros: 80 },
}
const ON_WASM = { control: undefined, bare: { micros: 40 }, progress: { micros: 75 } }
const ON_STUB = { control: undefined, bare: { micros: 10 }, progress: { micros: 25 } }
const WITH_PLUGINS = { ...ON_STUB, plugins: { micros: 40 } }

/** All that is measured, in the order of the tables. */
export const parts: readonly Part[] = [
  {
    table: 'linear',
    engine: 'cpu',
    net: 'linear',
    ...SMALL,
    rows: { ...ON_CPU, loggers: { micros: 60 }, fit: AGAINST_FIT },
  },
  {
    table: 'linear',
    engine: 'stock wasm',
    net: 'linear',
    ...SMALL,
    rows: { ...ON_WASM, fit: AGAINST_FIT },
  },
  {
    table: 'linear',
    engine: '@regimen/backend-wasm',
    net: 'linear',
    ...SMALL,
    rows: { ...ON_WASM, fit: AGAINST_FIT },
  },
  {
    table: 'mlp',
    engine: 'stock wasm',
    net: 'mlp',
    ...SLOW_WASM,
    rows: { control: undefined, bare: undefined, progress: undefined, fit: undefined },
  },
  {
    table: 'mlp',
    engine: '@regimen/backend-wasm',
    net: 'mlp',
    ...FAST_WASM,
    rows: {
      control: undefined,
      bare: undefined,
      progress: undefined,
      fit: AGAINST_FIT,
      profiler: { ratio: 1.05 },
    },
  },
  {
    table: 'mlp',
    engine: 'both wasm',
    net: 'mlp',
    ...SLOW_WASM,
    rows: { engines: { ratio: 0.25 } },
  },
  { table: 'host', engine: 'stub', net: 'linear', ...SMALL, rows: WITH_PLUGINS },
  {
    table: 'host',
    engine: 'stub',
    net: 'mlp',
    effort: { pairs: 80, steps: 50, warmUp: 20 },
    quickEffort: { pairs: 6, steps: 30, warmUp: 4 },
    rows: ON_STUB,
  },
  {
    table: 'checkpoint',
    engine: '@regimen/backend-wasm',
    net: 'mlp',
    effort: { pairs: 9, steps: 200, warmUp: 0 },
    quickEffort: { pairs: 2, steps: 50, warmUp: 0 },
    rows: { stall: { ratio: 2 } },
  },
]
