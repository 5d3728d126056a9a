import { printable } from '@regimen/core'
import {
  type Pruned,
  type PrunedCheckpoints,
  type PruneRule,
  planPrune,
  prune,
} from '@regimen/dashboard/runs'
import type { Arguments } from '../arguments.js'
import { UsageError } from '../usage-error.js'
import { widthOf } from './list.js'
import { type RunsContext, warnOfFaults, writeJson } from './runs-context.js'
import { ageMs, bytesText, tableText } from './texts.js'

/**
 * Says which runs would be removed, or with `--yes` removes them.
 *
 * @returns whether every run that was to go is gone
 * @throws UsageError if no condition is given
 */
export async function pruneRuns(context: RunsContext): Promise<boolean> {
  const { library, streams, args, selected } = context
  if (selected.length > 0)
    throw new UsageError(
      'prune takes no names of runs: say which by --keep, --older-than or --failed.',
    )
  const plan = await planPrune(library, ruleOf(args))
  const isReal = args.flags.yes !== undefined
  const outcome = isReal ? await prune(library, plan) : plan
  warnOfFaults(context)
  const faults = outcome.filter(({ error }) => error !== undefined)
  if (args.flags.json !== undefined)
    writeJson(context, { isDryRun: !isReal, runs: outcome })
  else streams.stdout.write(textOf(outcome, isReal, widthOf(streams.stdout)))
  for (const { id, error } of faults)
    streams.stderr.write(printable(`${id} was not removed: ${error}.`).concat('\n'))
  return faults.length === 0
}

function ruleOf({ flags }: Arguments): PruneRule {
  const { keep, 'older-than': age, failed, checkpoints } = flags
  const isFailedOnly = failed !== undefined
  if (keep === undefined && age === undefined && !isFailedOnly)
    throw new UsageError('Say which runs: --keep <n>, --older-than <age> or --failed.')
  if (keep !== undefined && !/^\d+$/.test(keep))
    throw new UsageError(
      `--keep is "${printable(keep)}"; expected a non-negative integer.`,
    )
  const olderThanMs = age === undefined ? undefined : ageMs(age)
  if (age !== undefined && olderThanMs === undefined)
    throw new UsageError(
      `--older-than is "${printable(age)}"; expected an age such as 30d, 12h or 90m.`,
    )
  if (checkpoints !== undefined && checkpoints !== '' && checkpoints !== 'all')
    throw new UsageError(
      `--checkpoints is "${printable(checkpoints)}"; expected nothing or all.`,
    )
  return {
    ...(checkpoints !== undefined && {
      checkpoints: checkpoints === 'all' ? 'all' : 'numbered',
    }),
    ...(keep !== undefined && { keep: Number(keep) }),
    ...(olderThanMs !== undefined && { olderThanMs }),
    isFailedOnly,
  }
}

function textOf(
  runs: readonly Pruned[],
  isReal: boolean,
  room: { readonly columns?: number | undefined },
): string {
  const going = runs.filter(({ isRemoved }) => isRemoved)
  if (runs.length === 0) return 'There are no runs.\n'
  const columns = [
    { head: 'run', align: 'left' },
    { head: isReal ? '' : 'would be', align: 'left' },
    { head: 'why', align: 'left' },
    { head: 'size', align: 'right' },
  ] as const
  const rows = runs.map(({ id, isRemoved, reason, size, left = [] }) => {
    const rest = left.length > 0 ? `; left there: ${left.join(', ')}` : ''
    return [id, isRemoved ? 'removed' : 'kept', `${reason}${rest}`, bytesText(size)]
  })
  const parts = going.flatMap(({ checkpoints = [] }) => checkpoints)
  const freed = bytesText([...going, ...parts].reduce((sum, { size }) => sum + size, 0))
  const count = going.length === 1 ? '1 run' : `${going.length} runs`
  const end = isReal
    ? `Removed ${count}, ${freed}.\n`
    : `Would remove ${count}, ${freed}. Nothing is removed without --yes.\n`
  const files = parts.map((part) => `${checkpointLine(part, isReal)}\n`).join('')
  return `${tableText(columns, rows, room)}${files}${end}`
}

function checkpointLine(part: PrunedCheckpoints, isReal: boolean): string {
  const { folder, removed, kept, reason, size } = part
  const verb = isReal ? 'removed' : 'would remove'
  const parts = [
    removed.length > 0 && `${verb} ${removed.join(', ')} (${bytesText(size)})`,
    kept.length > 0 && `kept ${kept.join(', ')}`,
    reason,
  ]
  return printable(`checkpoints in ${folder}: ${parts.filter(Boolean).join('; ')}`)
}
