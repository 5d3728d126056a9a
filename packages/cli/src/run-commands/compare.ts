import { compareRuns, rowOf } from '@regimen/dashboard/runs'
import { UsageError } from '../usage-error.js'
import { widthOf } from './list.js'
import { type RunsContext, writeJson } from './runs-context.js'
import { tableText, valueText } from './texts.js'

/** Prints hyperparameters and metrics side by side, with a `*` where runs differ. @throws UsageError */
export async function compare(context: RunsContext): Promise<void> {
  const { selected, streams, args } = context
  if (selected.length < 2)
    throw new UsageError('Name two runs or more: regimen runs compare <run> <run> ….')
  const comparison = compareRuns(selected.map(rowOf))
  if (args.flags.json !== undefined) return writeJson(context, comparison)
  const columns = [
    { head: '', align: 'left' },
    { head: 'name', align: 'left' },
    ...comparison.runs.map((head) => ({ head, align: 'right' }) as const),
  ] as const
  const mark = (isDifferent: boolean) => (isDifferent ? '*' : '')
  const hparams = comparison.hparams.map(({ name, values, isDifferent }) => [
    ...[mark(isDifferent), name],
    ...values.map(valueText),
  ])
  const metrics = comparison.metrics.map(({ name, which, values, isDifferent }) => [
    ...[mark(isDifferent), `${name} (${which})`],
    ...values.map(valueText),
  ])
  const checkpoints = comparison.checkpoints.map(({ name, values, isDifferent }) => [
    ...[mark(isDifferent), name],
    ...values.map(valueText),
  ])
  streams.stdout.write(
    tableText(columns, [...hparams, ...metrics, ...checkpoints], widthOf(streams.stdout)),
  )
}
