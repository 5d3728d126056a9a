import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { printable } from '@regimen/core'
import { importPackage } from '@regimen/core/config'
import type { CommandContext } from './command-context.js'
import { tools } from './config-tools.js'
import { UsageError } from './usage-error.js'

type Count = 'sent' | 'rejected' | 'spooled' | 'damaged' | 'possibleDuplicates'

/** What became of a run, as `@regimen/logger-kit/sync` reports it. */
interface SyncedRun {
  readonly id: string
  readonly runId: string
  readonly folder: string
  readonly outcome: 'delivered' | 'partly' | 'busy' | 'left' | 'failed'
  readonly counts: Readonly<Record<Count, number>>
  readonly reason?: string
}

type Report = (level: 'info' | 'warn', message: string) => void
type SyncRuns = (
  folder: string,
  options: {
    readonly from: string
    readonly report: Report
    readonly signal: AbortSignal
  },
) => Promise<readonly SyncedRun[]>

const KIT = '@regimen/logger-kit/sync'
const DEFAULT_FOLDER = 'runs'

/**
 * Delivers what loggers have left in the spools below a folder.
 *
 * @returns whether nothing is left
 * @throws UsageError if the folder or the loggers' kit is not there
 */
export async function sync({ args, streams, signal }: CommandContext): Promise<boolean> {
  const folder = args.argument ?? DEFAULT_FOLDER
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    const advice = 'Give the folder that holds the runs: regimen sync <folder>.'
    throw new UsageError(`There is no folder ${resolve(folder)}. ${advice}`)
  }
  const from = process.cwd()
  const syncRuns = await findKit(from)
  const report: Report = (_, message) =>
    void streams.stderr.write(`${printable(message)}\n`)
  const runs = await syncRuns(folder, { from, report, signal })
  const lines = runs.map(lineOf)
  streams.stdout.write(`${lines.join('\n') || `Nothing waits in ${folder}.`}\n`)
  return runs.every(({ outcome }) => outcome === 'delivered')
}

/** What became of a run, in a sentence. What a spool says of itself may be anything. */
function lineOf({ id, runId, folder, outcome, counts, reason }: SyncedRun): string {
  const { sent, rejected, damaged, spooled, possibleDuplicates } = counts
  const isLeft = reason !== undefined
  const texts = [
    !isLeft && `${numberOf(sent, 'record')} delivered`,
    possibleDuplicates > 0 &&
      `${possibleDuplicates.toLocaleString('en-US')} of them perhaps twice`,
    rejected > 0 && `${numberOf(rejected, 'record')} refused by the service`,
    damaged > 0 && `${numberOf(damaged, 'line')} of the spool unreadable`,
    (spooled > 0 || outcome === 'partly') &&
      `${numberOf(spooled, 'record')} left in ${folder}`,
  ]
  const found = texts.filter(Boolean).join(', ')
  const why = isLeft ? `${found === '' ? '' : ', since '}${reason}` : ''
  return printable(`${id}, run ${runId}: ${found}${why}.`)
}

const numberOf = (count: number, what: string): string =>
  `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`

/** The kit of the loggers that the project has installed: its own, or that of one of them. */
async function findKit(from: string): Promise<SyncRuns> {
  for (const place of [from, ...loggerFolders(from)]) {
    const kit = await importPackage(KIT, join(place, 'package.json'), tools)
    if (typeof kit?.syncRuns === 'function') return kit.syncRuns as SyncRuns
  }
  const advice = 'Install the logger whose records wait, such as @regimen/logger-comet'
  throw new UsageError(
    `@regimen/logger-kit is not installed, as seen from ${from}. ${advice}.`,
  )
}

function loggerFolders(from: string): string[] {
  const modules = join(from, 'node_modules')
  const listed = (folder: string) => (existsSync(folder) ? readdirSync(folder) : [])
  const scoped = listed(join(modules, '@regimen')).map((name) => join('@regimen', name))
  const names = [...scoped, ...listed(modules)].filter((name) => name.includes('logger'))
  return names.map((name) => realpathSync(join(modules, name)))
}
