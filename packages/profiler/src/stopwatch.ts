import { Row } from './row.js'

/** Receives what begins and ends on a track: that of the loop or of a plugin. */
export interface TraceSink {
  begin(track: string, name: string, atMs: number): void
  end(track: string, atMs: number): void
}

/** The track of the loop itself. */
export const LOOP_TRACK = 'loop'

/** Hooks that are called from within other hooks. */
const NESTED: ReadonlySet<string> = new Set(['record', 'saveState'])

interface HookRows {
  readonly row: Row
  readonly plugins: Map<string, Row>
}

/**
 * Divides the time of a run among rows: every instant belongs to exactly one. It belongs to the tap
 * that runs, the innermost if taps call each other; between two taps of one hook to the hook; else
 * to the phase of the loop.
 */
export class Stopwatch {
  readonly trace: TraceSink | undefined
  /** What the loop does now, if no tap runs. */
  phase: Row
  readonly startedAt = performance.now()
  readonly #hooks = new Map<string, HookRows>()
  readonly #running: Row[] = []
  #last = this.startedAt
  #hook: HookRows | undefined
  #hookSince = this.startedAt

  constructor(phase: Row, trace?: TraceSink) {
    this.phase = phase
    this.trace = trace
  }

  /** Milliseconds from the start to the latest call. */
  get wallMs(): number {
    return this.#last - this.startedAt
  }

  /** Whether a tap runs. */
  get isInTap(): boolean {
    return this.#running.length > 0
  }

  /** The hooks and, after each, the plugins in it. */
  get hookRows(): Row[] {
    return [...this.#hooks.values()].flatMap(({ row, plugins }) => [
      row,
      ...plugins.values(),
    ])
  }

  /** A tap of a plugin begins. */
  begin(plugin: string, hook: string): void {
    const now = performance.now()
    const rows = this.#rowsOf(hook)
    if (!NESTED.has(hook)) this.#running.length = 0
    this.#lap(now, rows)
    this.#running.push(this.#pluginRow(rows, plugin))
    this.trace?.begin(plugin, hook, now)
  }

  /** It ends. One that did not begin here is ignored. */
  end(plugin: string, hook: string): void {
    const now = performance.now()
    this.trace?.end(plugin, now)
    const row = this.#hooks.get(hook)?.plugins.get(plugin)
    const place = row ? this.#running.lastIndexOf(row) : -1
    if (place < 0) return
    this.#lap(now)
    if (place === this.#running.length - 1) this.#running.pop()
    else this.#running.splice(place, 1)
    row?.close()
  }

  /**
   * The loop has come to a hook. Taps that still run, since nobody awaits them, are no longer timed.
   *
   * @returns when the first tap of the hook began
   */
  arrive(hook: string): number {
    this.#running.length = 0
    const rows = this.#rowsOf(hook)
    this.#lap(performance.now(), rows)
    rows.row.calls++
    return this.#hookSince
  }

  /** The loop has come to a step of its own. @returns the time */
  lap(): number {
    this.#running.length = 0
    const now = performance.now()
    this.#lap(now)
    return now
  }

  #lap(now: number, hook?: HookRows): void {
    const elapsed = now - this.#last
    this.#last = now
    const running = this.#running[this.#running.length - 1]
    if (running) {
      running.charge(elapsed)
      return
    }
    if (hook !== undefined && hook === this.#hook) hook.row.charge(elapsed)
    else this.phase.charge(elapsed)
    if (hook === this.#hook) return
    this.#hook = hook
    this.#hookSince = now
  }

  #rowsOf(hook: string): HookRows {
    let rows = this.#hooks.get(hook)
    if (!rows) {
      rows = { row: new Row(hook), plugins: new Map() }
      this.#hooks.set(hook, rows)
    }
    return rows
  }

  #pluginRow({ row, plugins }: HookRows, plugin: string): Row {
    let pluginRow = plugins.get(plugin)
    if (!pluginRow) {
      pluginRow = new Row(row.name, plugin)
      plugins.set(plugin, pluginRow)
    }
    return pluginRow
  }
}
