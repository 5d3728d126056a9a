import { printable } from '@regimen/core'
import {
  folderSize,
  type Run,
  type RunRow,
  rowOf,
  type SeriesSummary,
} from '@regimen/dashboard/runs'
import { UsageError } from '../usage-error.js'
import { widthOf } from './list.js'
import { type RunsContext, writeJson } from './runs-context.js'
import {
  bytesText,
  checkpointsText,
  checkpointText,
  tableText,
  timeText,
  valueText,
} from './texts.js'

/** Prints all that is known of one run. @throws UsageError unless one is named */
export async function show(context: RunsContext): Promise<void> {
  const { selected, streams, args } = context
  const [run, second] = selected
  if (!run || second) throw new UsageError('Name one run: regimen runs show <run>.')
  await run.readRecords()
  const row = rowOf(run)
  const details = {
    ...row,
    folder: run.files.folder,
    size: await folderSize(run.files.folder),
    records: recordCounts(run),
  }
  if (args.flags.json !== undefined) return writeJson(context, details)
  const facts = [
    ['run', row.id],
    ['folder', details.folder],
    ['outcome', row.outcome],
    ['started', timeText(row.startedAt)],
    ['ended', timeText(row.endedAt)],
    ['epochs', String(row.epochs)],
    ['size', bytesText(details.size)],
    [
      'records',
      Object.entries(details.records)
        .map(([kind, n]) => `${n} ${kind}`)
        .join(', ') || '-',
    ],
    ...checkpointFacts(row),
    ...row.faults.map((fault) => ['damaged', fault]),
  ]
  const width = 13
  const head = facts.map(
    ([name = '', text = '']) => `${name.padEnd(width)}${printable(text)}\n`,
  )
  const hparams = Object.entries(row.hparams).map(([name, value]) => [
    name,
    valueText(value),
  ])
  const parts = [
    head.join(''),
    hparams.length > 0 && tableText(PARAMETERS, hparams, widthOf(streams.stdout)),
    row.metrics.length > 0 &&
      tableText(METRICS, row.metrics.map(metricCells), widthOf(streams.stdout)),
  ]
  streams.stdout.write(parts.filter(Boolean).join('\n'))
}

function checkpointFacts({ checkpoints }: RunRow): string[][] {
  if (!checkpoints) return [['checkpoints', '-']]
  return [
    ['checkpoints', checkpointsText(checkpoints)],
    ['best', checkpointText(checkpoints.best)],
    ['last', checkpointText(checkpoints.last)],
  ]
}

const PARAMETERS = [
  { head: 'hyperparameter', align: 'left' },
  { head: 'value', align: 'left' },
] as const

const METRICS = [
  { head: 'metric', align: 'left' },
  { head: 'of', align: 'left' },
  { head: 'values', align: 'right' },
  { head: 'last', align: 'right' },
  { head: 'lowest', align: 'right' },
  { head: 'highest', align: 'right' },
  { head: 'not finite', align: 'right' },
] as const

function metricCells({
  name,
  source,
  interval,
  count,
  last,
  min,
  max,
  notFinite,
}: SeriesSummary) {
  const values = [last.value, min?.value, max?.value].map(valueText)
  return [name, `${source} ${interval}`, String(count), ...values, String(notFinite)]
}

function recordCounts(run: Run): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { kind } of run.log.records) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}
