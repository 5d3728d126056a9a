import pc from 'picocolors'
import type { BarStyle } from './lines.js'
import type { ProgressSettings } from './options.js'
import { type Screen, screenOf } from './screen.js'

/** Where a plugin shows things, and how. */
export interface Terminal {
  readonly screen: Screen
  /** Whether bars are drawn; else lines are printed. */
  readonly hasBars: boolean
  readonly refreshMs: number
  readonly colors: ReturnType<typeof pc.createColors>
  readonly style: BarStyle
  /** Columns for tables and for lines that stay. */
  readonly width: number
}

/** Columns of tables in a log. */
const LOG_COLUMNS = 100

/** The terminal to which a stream writes. */
export function terminalOf(settings: ProgressSettings): Terminal {
  const hasBars = settings.display === 'bars'
  const screen = screenOf(settings.stream)
  const colors = pc.createColors(hasBars && pc.isColorSupported)
  const [full, empty] = drawsUnicode() ? ['━', '─'] : ['#', '-']
  return {
    screen,
    hasBars,
    refreshMs: settings.refreshMs,
    colors,
    style: {
      full: (columns) => colors.green(full.repeat(columns)),
      empty: (columns) => colors.dim(empty.repeat(columns)),
    },
    get width() {
      return hasBars ? screen.columns - 1 : LOG_COLUMNS
    },
  }
}

/** The consoles of Linux and of old Windows have no font for it. */
function drawsUnicode(): boolean {
  const { TERM, WT_SESSION, TERM_PROGRAM } = process.env
  if (process.platform !== 'win32') return TERM !== 'linux'
  return WT_SESSION !== undefined || TERM_PROGRAM === 'vscode'
}
