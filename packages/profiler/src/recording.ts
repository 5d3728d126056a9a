import {
  describeFileError,
  type PluginContext,
  RegimenError,
  type RunProfile,
} from '@regimen/core'
import { makeFolder } from '#files'
import { CpuProfile } from './cpu-profile.js'
import { KernelStep } from './kernels.js'
import { LoopClock } from './loop-clock.js'
import {
  checkFolder,
  type NodeModules,
  nodeModules,
  shownPath,
  writeWhole,
} from './node-files.js'
import type { ProfilerSettings } from './options.js'
import { profileOf } from './profile.js'
import { renderProfile } from './render.js'
import { runFolder } from './run-folder.js'
import type { TraceSink } from './stopwatch.js'
import { TraceFile } from './trace-file.js'

const FILE_COLUMNS = 120

/** What is measured in one run, from `configure` to `teardown`. */
export class Recording {
  readonly clock: LoopClock
  readonly kernels: KernelStep | undefined
  /** Whether `setup` is still to come. */
  isOpening = true
  /** Whether the profiler's own tap of `configure` was called. */
  isConfigured = false
  readonly #context: PluginContext
  readonly #settings: ProfilerSettings
  readonly #stage: string
  #hasReport = false
  #hasFiles = false
  #cpu: CpuProfile | undefined
  #trace: TraceFile | undefined
  /** Where files go once there is one, so that all of a run lie together. */
  #folder: string | undefined

  constructor(context: PluginContext, settings: ProfilerSettings) {
    const { tf, state } = context
    this.#context = context
    this.#settings = settings
    this.#stage = state.stage
    const toTrace: TraceSink = {
      begin: (track, name, atMs) => this.#trace?.begin(track, name, atMs),
      end: (track, atMs) => this.#trace?.end(track, atMs),
    }
    this.clock = new LoopClock(settings.mode === 'trace' ? toTrace : undefined)
    const { kernelStep } = settings
    this.kernels = kernelStep === undefined ? undefined : new KernelStep(tf, kernelStep)
  }

  /**
   * Begins what the mode collects. No file is made before the first batch: a run that fails before it,
   * or has nothing to do, leaves none.
   *
   * @throws REG_HOOK_FAILED if no file can be made, with `data.folder`
   */
  open(): void {
    this.isOpening = false
    const { mode, isOutputAsked, maxMs } = this.#settings
    const node = nodeModules()
    if (!isOutputAsked || !node) return
    this.#checkFolder(node)
    if (mode === 'advanced') this.#cpu = new CpuProfile(node, maxMs)
    if (mode !== 'trace') return
    const { startedAt } = this.clock.stopwatch
    const onError = (thrown: unknown) => this.#warn(thrown)
    const process = `regimen ${this.#stage}`
    const path = () => this.#pathOf('trace.json')
    this.#trace = new TraceFile(node, path, process, startedAt, { maxMs, onError })
  }

  #checkFolder(node: NodeModules): void {
    const folder = this.#folderNow(node)
    try {
      checkFolder(node, folder)
    } catch (cause) {
      const text = `profiler: "output" is ${folder}, where no file can be made. ${describeFileError(cause, 'output')}.`
      throw new RegimenError('REG_HOOK_FAILED', text, { cause, data: { folder } })
    }
  }

  /** Called after each batch: ends the CPU profile once its time is up. */
  endCpuProfileIfDue(): void {
    this.#cpu?.endIfDue()
  }

  /** Called after each batch. After one that failed there is a report, but no file as yet. */
  batchDone(isWhole = true): void {
    this.#hasReport = true
    if (isWhole) this.#hasFiles = true
    // A logger that has no folder as yet may open one: the trace waits for it in memory.
    if (this.#hasFiles && this.#trace && this.#isPlaceKnown()) this.#trace.open()
  }

  /** The profile up to now; nothing before the first batch. The run goes on. */
  async current(): Promise<RunProfile | undefined> {
    if (!this.#hasReport) return undefined
    const kernels = await this.kernels?.table()
    this.#trace?.sync()
    const tracePath = this.#trace?.hasFailed ? undefined : this.#trace?.path
    const profile = profileOf(this.#stage, this.clock, kernels)
    const text = renderProfile(profile, FILE_COLUMNS)
    return { name: this.#name, text, ...(tracePath !== undefined && { tracePath }) }
  }

  get #name(): string {
    return `${this.#stage}-${this.#settings.id}`
  }

  /**
   * Ends the profile, writes its files and gives the report as text of a width; nothing if the run
   * had no batch.
   */
  async finish(width: number): Promise<string | undefined> {
    this.clock.end()
    if (!this.#hasFiles) this.close()
    if (!this.#hasReport) return undefined
    const files = this.#hasFiles ? [this.#closeTrace(), this.#writeCpuProfile()] : []
    const kernels = await this.kernels?.table()
    const profile = profileOf(this.#stage, this.clock, kernels)
    if (this.#hasFiles && this.#settings.output !== undefined) {
      const table = this.#write('txt', `${renderProfile(profile, FILE_COLUMNS)}\n`)
      files.push(table && `${table}, all rows`)
    }
    const written = files.filter((file) => file !== undefined)
    const missing = kernels === undefined ? this.#missingKernels() : []
    return [
      renderProfile(profile, width, this.#settings.rows),
      [...missing, ...written].join('\n'),
    ]
      .filter((text) => text !== '')
      .join('\n\n')
  }

  /** Closes what is open, without a report. */
  close(): void {
    this.kernels?.end()
    this.#cpu?.stop()
    this.#trace?.leave(performance.now())
  }

  #missingKernels(): string[] {
    const { kernelStep } = this.#settings
    if (kernelStep === undefined || this.#stage !== 'fit') return []
    return [`No table of kernels: the run had no batch ${kernelStep}.`]
  }

  #closeTrace(): string | undefined {
    if (!this.#trace) return undefined
    this.#trace.close(performance.now())
    if (this.#trace.hasFailed) return undefined
    const path = this.#trace.path
    if (path === undefined) return undefined
    return `Written: ${shownPath(path)}${this.#cutAt(this.#trace.isCut)}, for ui.perfetto.dev`
  }

  #writeCpuProfile(): string | undefined {
    const profile = this.#cpu?.stop()
    if (!profile) return undefined
    const written = this.#write('cpuprofile', JSON.stringify(profile))
    return (
      written &&
      `${written}${this.#cutAt(this.#cpu?.isCut)}, for the developer tools of Chrome`
    )
  }

  #cutAt(isCut: boolean | undefined): string {
    return isCut ? ` (only the first ${this.#settings.maxMs / 1000} s)` : ''
  }

  #write(extension: string, text: string): string | undefined {
    const path = this.#pathOf(extension)
    try {
      makeFolder(this.#folder ?? '')
      writeWhole(path, text)
      return `Written: ${shownPath(path)}`
    } catch (thrown) {
      this.#warn(thrown)
      return undefined
    }
  }

  #isPlaceKnown(): boolean {
    const { isInRun } = this.#settings
    if (!isInRun || this.#context.services('logger').length === 0) return true
    return runFolder(this.#context) !== undefined
  }

  /** The path of a file, whose folder is decided with the first. */
  #pathOf(extension: string): string {
    const node = nodeModules()
    const name = `${this.#name}.${extension}`
    if (!node) return name
    this.#folder ??= this.#folderNow(node)
    return node.path.join(this.#folder, name)
  }

  #folderNow({ path }: NodeModules): string {
    const { output = '', isInRun } = this.#settings
    const inRun = isInRun && runFolder(this.#context)
    return path.resolve(this.#context.rootDir, inRun || output)
  }

  #warn(thrown: unknown): void {
    this.#context.report.warn(
      `The profile could not be written: ${describeFileError(thrown, 'output')}.`,
    )
  }
}
