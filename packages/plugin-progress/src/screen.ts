import { createLogUpdate } from 'log-update'
import { widthOf } from './format.js'
import { type Capture, captureWrites, type ProgressStream, twinOf } from './stream.js'

/** Lines that are redrawn at the bottom of the screen. */
export interface Region {
  /** Draws; `lines` is called again when the terminal changes its width. */
  show(lines: (width: number) => readonly string[]): void
  /** Takes the lines away. May be called twice. */
  close(): void
}

const DEFAULT_COLUMNS = 80
const DEFAULT_ROWS = 24
const ERASE_LINE_AND_GO_UP = '\u001B[2K\u001B[1A'
const screens = new WeakMap<ProgressStream, Screen>()

/** The screen of a stream: one for all trainers of the process, so that their bars stand one below the other. */
export function screenOf(stream: ProgressStream): Screen {
  const known = screens.get(stream)
  if (known) return known
  const screen = new Screen(stream)
  screens.set(stream, screen)
  return screen
}

/**
 * The regions of one stream, with everything else printed above them. The cursor is never hidden
 * and stands on a line of its own, so that nothing has to be restored however the process ends.
 */
export class Screen {
  readonly #stream: ProgressStream
  readonly #regions = new Map<Region, (width: number) => readonly string[]>()
  readonly #update: ReturnType<typeof createLogUpdate>
  readonly #onResize = (): void => this.#draw()
  #captures: readonly Capture[] = []
  #drawnWidths: readonly number[] = []
  #drawnColumns = 0

  constructor(stream: ProgressStream) {
    this.#stream = stream
    const screen = this
    const output = {
      write: (text: string) => screen.#write(text),
      isTTY: true,
      get columns() {
        return screen.columns
      },
      get rows() {
        return stream.rows || DEFAULT_ROWS
      },
    }
    this.#update = createLogUpdate(output as unknown as NodeJS.WritableStream, {
      showCursor: true,
    })
  }

  /** Columns of the terminal; 80 if it does not say. */
  get columns(): number {
    return this.#stream.columns || DEFAULT_COLUMNS
  }

  /** Adds a region below the others. */
  open(): Region {
    const region: Region = {
      show: (lines) => {
        if (this.#regions.size === 0) this.#occupy()
        this.#regions.set(region, lines)
        this.#draw()
      },
      close: () => {
        if (!this.#regions.delete(region)) return
        this.#draw()
        if (this.#regions.size === 0) this.#leave()
      },
    }
    return region
  }

  /** Prints lines above the regions. */
  print(text: string): void {
    this.#above(() => this.#write(`${text}\n`))
  }

  #above(write: () => void): void {
    this.#erase()
    write()
    this.#draw()
  }

  #draw(): void {
    // One column is left free: some terminals wrap a line that fills them all.
    const width = this.columns - 1
    const lines = [...this.#regions.values()].flatMap((linesFor) => linesFor(width))
    if (lines.length === 0) {
      this.#erase()
      return
    }
    this.#eraseWrapped()
    this.#update(lines.join('\n'))
    this.#drawnWidths = lines.map(widthOf)
    this.#drawnColumns = this.columns
  }

  #erase(): void {
    if (this.#drawnWidths.length === 0) return
    this.#eraseWrapped()
    this.#update.clear()
    this.#drawnWidths = []
  }

  /** Lines that no longer fit since the terminal became narrower take more rows than were drawn. */
  #eraseWrapped(): void {
    const { columns } = this
    if (columns >= this.#drawnColumns) return
    const rows = this.#drawnWidths.map((width) => Math.max(1, Math.ceil(width / columns)))
    const extra = rows.reduce((sum, count) => sum + count - 1, 0)
    if (extra > 0) this.#write(ERASE_LINE_AND_GO_UP.repeat(extra))
    this.#drawnColumns = columns
  }

  #write(text: string): void {
    const [capture] = this.#captures
    if (capture) capture.write(text)
    else this.#stream.write(text)
  }

  #occupy(): void {
    const streams = [this.#stream, twinOf(this.#stream)].filter(
      (stream) => stream !== undefined,
    )
    this.#captures = streams.map((stream) =>
      captureWrites(stream, (text, write) => this.#above(() => write(text))),
    )
    this.#stream.on?.('resize', this.#onResize)
  }

  #leave(): void {
    this.#stream.off?.('resize', this.#onResize)
    for (const capture of this.#captures) capture.release()
    this.#captures = []
  }
}
