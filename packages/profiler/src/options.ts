import {
  count,
  either,
  flag,
  group,
  having,
  invalidOption,
  number,
  type OptionFieldsOf,
  oneOf,
  optionSchema,
  path,
  text,
} from '@regimen/core'
import { type NodeModules, nodeModules } from './node-files.js'

/** What a report is written to: `process.stdout` or anything that takes text. */
export interface ReportStream {
  write(text: string): unknown
  /** Columns of the terminal. */
  readonly columns?: number
}

/** What {@link profiler} takes. */
export interface ProfilerOptions {
  /** Tells two profilers apart, also in the names of their files. Default `profiler`. */
  readonly id?: string
  /**
   * `simple` measures phases and plugins, `advanced` adds a V8 CPU profile, `trace` a trace of all
   * that happened, for Perfetto and the developer tools of browsers. Default `simple`.
   */
  readonly mode?: 'simple' | 'advanced' | 'trace'
  /**
   * Folder for files, from `rootDir` on; made if needed. `false` writes none. Default: `profile` in the
   * folder of the run, where a logger has one, else in `rootDir`; in a browser none.
   */
  readonly output?: string | false
  /** Rows of the table that is printed: those that took longest; `Infinity` for all. Default 10. */
  readonly rows?: number
  /** Where the report goes. Default: the service `reporter`, else `process.stdout`. */
  readonly stream?: ReportStream
  /** Whether the kernels of one training batch are measured, and of which: 10 if `true`. Default false. */
  readonly kernels?: boolean | { readonly step: number }
  /** Seconds from the start for which CPU profile and trace are collected. Default 60. */
  readonly maxSeconds?: number
}

/** {@link ProfilerOptions}, checked and complete. */
export interface ProfilerSettings {
  readonly id: string
  readonly mode: 'simple' | 'advanced' | 'trace'
  readonly output: string | undefined
  /** Whether files belong in the folder of the run, where a logger has one. */
  readonly isInRun: boolean
  /** Whether the folder was asked for, so that the run begins only if it can be made. */
  readonly isOutputAsked: boolean
  readonly rows: number
  readonly stream: ReportStream | undefined
  /** The training batch whose kernels are measured, from 1. */
  readonly kernelStep: number | undefined
  readonly maxMs: number
}

const KERNEL_STEP = 10

/** The options of {@link ProfilerOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('profiler', {
  mode: oneOf('simple', 'advanced', 'trace')
    .default('simple')
    .describe(
      "`'advanced'` adds a V8 CPU profile, `'trace'` a trace for Perfetto and DevTools",
    ),
  output: either(path(), oneOf(false))
    .otherwise("the run's `profile/`")
    .expecting('a folder, or false')
    .describe(
      'folder (from `rootDir`) for `<stage>-<id>.txt`, `.cpuprofile`, `.trace.json`; `false` for none; see below',
    ),
  rows: count()
    .from(1)
    .orInfinity()
    .default(10)
    .describe('rows to print, slowest first; `Infinity` for all; the file has all'),
  kernels: either(
    flag(),
    group({ step: count().from(1).required().describe('which batch') }),
  )
    .default(false)
    .describe(
      'table of the kernels of the training batch `{ step: n }`; `true` is the tenth',
    ),
  maxSeconds: number()
    .above(0)
    .orInfinity()
    .default(60)
    .describe('seconds for which the CPU profile and the trace are collected'),
  stream: having<ReportStream>('write')
    .otherwise('see below')
    .expecting('a writable stream')
    .describe('where to write; default: the service `reporter`, else `process.stdout`'),
  id: text()
    .matching(/^[\w.-]+$/, 'letters, digits, "_", "-" and "."')
    .default('profiler')
    .describe('distinguishes two of them in a trainer'),
} satisfies OptionFieldsOf<ProfilerOptions>)

/**
 * Checks the options and fills them in.
 *
 * @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID
 */
export function profilerSettings(
  input: ProfilerOptions,
  node: NodeModules | null = nodeModules() ?? null,
): ProfilerSettings {
  const checked = options.check(input)
  const { id, mode, rows, stream, kernels, maxSeconds } = checked
  const isOutputAsked = Boolean(checked.output) || mode !== 'simple'
  const output = checked.output ?? (node || isOutputAsked ? 'profile' : false)
  if (output === false && mode !== 'simple') {
    invalidOption(
      'profiler',
      'output',
      output,
      `a folder, since mode "${mode}" writes files`,
    )
  }
  if (output !== false && !node) refuseFiles(mode, output)
  return {
    id,
    mode,
    output: output === false ? undefined : output,
    isInRun: checked.output === undefined,
    isOutputAsked,
    rows,
    stream,
    kernelStep: kernelStepOf(kernels),
    maxMs: maxSeconds * 1000,
  }
}

function kernelStepOf(kernels: boolean | { readonly step: number }): number | undefined {
  if (typeof kernels === 'object') return kernels.step
  return kernels ? KERNEL_STEP : undefined
}

/** In a browser there are no files. @throws REG_OPTION_INVALID */
function refuseFiles(mode: string, output: string | undefined): never {
  const panel = 'and the performance panel of the developer tools'
  if (mode === 'simple') {
    const wanted = `none in a browser, for it writes files, which takes Node.js; use mode "simple" without "output", ${panel}`
    invalidOption('profiler', 'output', output, wanted)
  }
  const wanted = `"simple" in a browser, for others write files, which takes Node.js; use mode "simple" without "output", ${panel}`
  invalidOption('profiler', 'mode', mode, wanted)
}
