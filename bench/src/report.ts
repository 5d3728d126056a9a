import type { Comparison } from './compare.js'
import { hasMicros, type PartResult } from './measure-part.js'
import { type Bound, CONTROL_LIMIT_MICROS, type Part } from './parts.js'

/** A part with what it gave. */
export interface Measured extends PartResult {
  readonly part: Part
}

/** The tables in order, with what is measured in each. */
export const titles: Readonly<Record<Part['table'], string>> = {
  linear: '(a) linear 8->1, batch 32, SGD',
  mlp: '(b) MLP 784-256-256-10, batch 128, Adam',
  host: 'Host cost alone: kernels that hand out tensors without computing',
  checkpoint: 'A checkpoint of 5 million parameters: the longest gap between two batches it makes',
}

const HEAD = ['engine', 'baseline', 'candidate', 'baseline µs', 'candidate µs']
const HEAD_END = ['difference µs (p25..p75)', 'ratio', 'bound']

/** One table as Markdown, with notes below it. */
export function tableOf(table: Part['table'], measured: readonly Measured[]): string {
  const own = measured.filter(({ part }) => part.table === table)
  const cells = [
    [...HEAD, ...HEAD_END],
    ...own.flatMap(({ part, comparisons }) =>
      Object.entries(comparisons).map(([row, comparison]) =>
        rowOf(part, comparison, part.rows[row as keyof Part['rows']]),
      ),
    ),
  ]
  const widths = (cells[0] as string[]).map((_, column) =>
    Math.max(...cells.map((row) => (row[column] as string).length)),
  )
  const lines = cells.map(
    (row) => `| ${row.map((cell, column) => cell.padEnd(widths[column] as number)).join(' | ')} |`,
  )
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  const notes = [...own.flatMap(controlNotes), ...(table === 'mlp' ? [SKIPPED] : [])]
  return [`### ${titles[table]}`, '', lines[0], rule, ...lines.slice(1), '', ...notes].join('\n')
}

/** Whether a comparison keeps a bound: the value, the bound, `ok` or `over`. */
export function verdict(comparison: Comparison, bound: Bound | undefined): string {
  if (bound === undefined) return ''
  const isMicros = 'micros' in bound
  const value = isMicros ? comparison.difference : comparison.ratio
  const limit = isMicros ? bound.micros : bound.ratio
  const text = isMicros ? `${value.toFixed(1)} of ${limit} µs` : `${value.toFixed(2)} of ${limit}`
  return `${text}: ${value <= limit ? 'ok' : 'over'}`
}

const SKIPPED = 'Not on cpu: a step takes about a second there, so loops cannot be told apart.\n'

function rowOf({ engine, net, table }: Part, comparison: Comparison, bound?: Bound): string[] {
  const { baseline, candidate, baselineMicros, candidateMicros, difference, spread, ratio } =
    comparison
  return [
    table === 'host' ? `${engine}, ${net}` : engine,
    baseline,
    candidate,
    baselineMicros.toFixed(1),
    candidateMicros.toFixed(1),
    `${difference.toFixed(1)} (${spread[0].toFixed(1)}..${spread[1].toFixed(1)})`,
    ratio.toFixed(3),
    verdict(comparison, bound),
  ]
}

function controlNotes({ part, comparisons, controlRuns }: Measured): string[] {
  const { control } = comparisons
  if (!control || !hasMicros(part)) return []
  const isQuiet = Math.abs(control.difference) <= CONTROL_LIMIT_MICROS
  if (isQuiet && controlRuns === 1) return []
  const where = `${part.engine}, ${part.net}: the control`
  const text = isQuiet
    ? `${where} was over ${CONTROL_LIMIT_MICROS} µs and repeated; run ${controlRuns} is shown.`
    : `${where} stayed over ${CONTROL_LIMIT_MICROS} µs in ${controlRuns} runs: the machine is too busy, do not trust these rows.`
  return [`${text}\n`]
}
