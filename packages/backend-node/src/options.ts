import { custom, func, type OptionFieldsOf, optionSchema } from '@regimen/core'
import type { Load } from './binding.js'
import { type Gpus, readGpus, wantedGpus } from './gpus.js'

/** Options of `node`. */
export interface NodeOptions {
  /** Imports the binding by its name. Default: `import(name)`, as seen from this package. */
  readonly load?: Load
}

/** Options of `gpu`. */
export interface GpuOptions extends NodeOptions {
  /** How many GPUs (`1`), which by index (`[0, 2]` or `'0,2'`), or `-1` for all. Default 1. */
  readonly gpus?: Gpus
}

const load = func<Load>()
  .otherwise('`import(name)`')
  .describe('imports the binding if it lies elsewhere: `(name) => import(name)`')

/** The options of {@link NodeOptions}: check, table, help and JSON schema. */
export const options = optionSchema('node', {
  load,
} satisfies OptionFieldsOf<NodeOptions>)

/** The options of {@link GpuOptions}: check, default, table, help and JSON schema. */
export const gpuOptions = optionSchema('gpu', {
  gpus: custom<Gpus>({
    wanted: wantedGpus,
    type: 'number | number[] | string',
    json: { type: ['integer', 'array', 'string'] },
    isRight: (value) => readGpus(value) !== undefined,
  })
    .default(1)
    .describe(
      "how many (`1`), which (`[0, 2]`, `'0,2'`; `'2'` is the GPU with index 2), or `-1` for all",
    ),
  load,
} satisfies OptionFieldsOf<GpuOptions>)
