import {
  folderSize,
  type RunRow,
  rowOf,
  type SeriesSummary,
} from '@regimen/dashboard/runs'
import { type RunsContext, warnOfFaults, writeJson } from './runs-context.js'
import { bytesText, checkpointsText, tableText, timeText, valueText } from './texts.js'

/** Metrics that a table of runs shows. */
const SHOWN = 4

/** Prints the table of runs: all, or those that are named. */
export async function list(context: RunsContext): Promise<void> {
  const { library, selected, streams, args } = context
  const runs = selected.length > 0 ? selected : library.runs
  const rows = await Promise.all(
    runs.map(async (run) => ({
      ...rowOf(run),
      size: await folderSize(run.files.folder),
    })),
  )
  warnOfFaults(context)
  if (args.flags.json !== undefined) return writeJson(context, rows)
  if (rows.length === 0) {
    const advice = 'Runs are what the plugin logger-csv writes.'
    return void streams.stdout.write(`There are no runs in ${library.root}. ${advice}\n`)
  }
  const names = shownMetrics(rows)
  const hasCheckpoints = rows.some(({ checkpoints }) => checkpoints !== undefined)
  const columns = [
    { head: 'run', align: 'left' },
    { head: 'started', align: 'left', isOptional: true },
    { head: 'outcome', align: 'left' },
    { head: 'epochs', align: 'right' },
    ...names.map((head) => ({ head, align: 'right', isOptional: true }) as const),
    ...(hasCheckpoints
      ? [{ head: 'checkpoints', align: 'right', isOptional: true } as const]
      : []),
    { head: 'size', align: 'right', isOptional: true },
  ] as const
  const cells = rows.map((row) => [
    row.id,
    timeText(row.startedAt),
    row.outcome,
    String(row.epochs),
    ...names.map((name) => valueText(lastOf(row, name)?.last.value)),
    ...(hasCheckpoints ? [checkpointsText(row.checkpoints)] : []),
    bytesText(row.size),
  ])
  streams.stdout.write(tableText(columns, cells, widthOf(streams.stdout)))
}

/** The width of a terminal; nothing for a file or a pipe. */
export function widthOf(stream: object): { readonly columns?: number | undefined } {
  return stream as { readonly columns?: number }
}

/** Validation metrics first, then those that most runs have. */
function shownMetrics(rows: readonly RunRow[]): string[] {
  const counts = new Map<string, number>()
  for (const { metrics } of rows) {
    for (const { name } of metrics.filter(({ interval }) => interval === 'epoch'))
      counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  const rank = (name: string) => (/^val_/.test(name) ? 0 : /^lr/.test(name) ? 2 : 1)
  return [...counts]
    .sort(([one, n], [other, m]) => rank(one) - rank(other) || m - n)
    .slice(0, SHOWN)
    .map(([name]) => name)
}

function lastOf({ metrics }: RunRow, name: string): SeriesSummary | undefined {
  return metrics.find((one) => one.name === name && one.interval === 'epoch')
}
