import { quote, RegimenError } from '@regimen/core'
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
   * Folder for files, from `rootDir` on; made if needed. `false` writes none. Default: `profile`, in a
   * browser none.
   */
  readonly output?: string | false
  /** Rows of the table that is printed: those that took longest; `Infinity` for all. Default 10. */
  readonly rows?: number
  /** Where the report goes. Default: the service `reporter`, else `process.stdout`. */
  readonly stream?: ReportStream
  /** Whether the kernels of one training batch are measured, and of which: 10 where `true`. Default false. */
  readonly kernels?: boolean | { readonly step: number }
  /** Seconds from the start for which CPU profile and trace are collected. Default 60. */
  readonly maxSeconds?: number
}

/** {@link ProfilerOptions}, checked and complete. */
export interface ProfilerSettings {
  readonly id: string
  readonly mode: 'simple' | 'advanced' | 'trace'
  readonly output: string | undefined
  /** Whether the folder was asked for, so that the run begins only where it can be made. */
  readonly isOutputAsked: boolean
  readonly rows: number
  readonly stream: ReportStream | undefined
  /** The training batch whose kernels are measured, from 1. */
  readonly kernelStep: number | undefined
  readonly maxMs: number
}

const KEYS = ['id', 'mode', 'output', 'rows', 'stream', 'kernels', 'maxSeconds']
const MODES = ['simple', 'advanced', 'trace']
const KERNEL_STEP = 10
const MAX_SECONDS = 60
const ROWS = 10

/**
 * Checks the options and fills them in.
 *
 * @throws REG_OPTION_UNKNOWN, REG_OPTION_INVALID
 */
export function profilerSettings(
  options: ProfilerOptions,
  node: NodeModules | null = nodeModules() ?? null,
): ProfilerSettings {
  if (typeof options !== 'object' || options === null) {
    const advice = "give an object such as { mode: 'trace' }"
    throw new RegimenError(
      'REG_OPTION_INVALID',
      `profiler was given ${quote(options)}; ${advice}.`,
      {
        data: { owner: 'profiler', found: options },
      },
    )
  }
  const unknown = Object.keys(options).find((key) => !KEYS.includes(key))
  if (unknown !== undefined) {
    const text = `profiler has no option "${unknown}". It takes ${KEYS.join(', ')}.`
    throw new RegimenError('REG_OPTION_UNKNOWN', text, {
      data: { owner: 'profiler', option: unknown, options: KEYS },
    })
  }
  const { id = 'profiler', mode = 'simple', stream, kernels = false } = options
  const { maxSeconds = MAX_SECONDS, rows = ROWS } = options
  const isOutputAsked = Boolean(options.output) || mode !== 'simple'
  const output = options.output ?? (node || isOutputAsked ? 'profile' : false)
  if (!MODES.includes(mode)) throw invalid('mode', mode, '"simple", "advanced" or "trace"')
  if (typeof id !== 'string' || !/^[\w.-]+$/.test(id)) {
    throw invalid('id', id, 'letters, digits, "_", "-" and "."')
  }
  if (output !== false && (typeof output !== 'string' || output === '')) {
    throw invalid('output', output, 'a folder, or false')
  }
  if (output === false && mode !== 'simple') {
    throw invalid('output', output, `a folder, since mode "${mode}" writes files`)
  }
  if (output !== false && !node) throw needsNode(mode)
  if (!(rows >= 1) || !(Number.isInteger(rows) || rows === Number.POSITIVE_INFINITY)) {
    throw invalid('rows', rows, 'a whole number from 1, or Infinity')
  }
  if (stream !== undefined && typeof stream?.write !== 'function') {
    throw invalid('stream', stream, 'a writable stream')
  }
  if (!(maxSeconds > 0) || typeof maxSeconds !== 'number') {
    throw invalid('maxSeconds', maxSeconds, 'seconds above 0')
  }
  const kernelStep = kernelStepOf(kernels)
  const folder = output === false ? undefined : output
  const maxMs = maxSeconds * 1000
  return { id, mode, output: folder, isOutputAsked, rows, stream, kernelStep, maxMs }
}

function kernelStepOf(kernels: unknown): number | undefined {
  if (kernels === false) return undefined
  if (kernels === true) return KERNEL_STEP
  const step: unknown = Object(kernels).step
  if (typeof step === 'number' && Number.isSafeInteger(step) && step >= 1) return step
  throw invalid('kernels', kernels, 'true, false or { step: a batch from 1 }')
}

function needsNode(mode: string): RegimenError {
  const what =
    mode === 'simple' ? 'the option "output" writes files' : `mode "${mode}" writes files`
  const advice =
    'use mode "simple" without "output", and the performance panel of the developer tools'
  return new RegimenError(
    'REG_OPTION_INVALID',
    `In profiler, ${what}, which takes Node.js. In a browser ${advice}.`,
    { data: { owner: 'profiler', option: mode === 'simple' ? 'output' : 'mode' } },
  )
}

function invalid(option: string, found: unknown, wanted: string): RegimenError {
  const text = `The option "${option}" of profiler is ${quote(found)}; give ${wanted}.`
  return new RegimenError('REG_OPTION_INVALID', text, {
    data: { owner: 'profiler', option, found, expected: wanted },
  })
}
