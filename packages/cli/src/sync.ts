import { existsSync, readdirSync, realpathSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { importPackage } from '@regimen/core/config'
import type { CommandContext } from './command-context.js'
import { UsageError } from './usage-error.js'

/** What became of a run, as `@regimen/logger-kit/sync` tells it. */
interface SyncedRun {
  readonly id: string
  readonly runId: string
  readonly outcome: 'delivered' | 'partly' | 'busy' | 'failed'
  readonly counts: Readonly<Record<'sent' | 'rejected' | 'spooled' | 'damaged', number>>
  readonly reason?: string
}

type Report = (level: 'info' | 'warn', message: string) => void
type SyncRuns = (
  folder: string,
  options: { readonly from: string; readonly report: Report; readonly signal: AbortSignal },
) => Promise<readonly SyncedRun[]>

const KIT = '@regimen/logger-kit/sync'
const DEFAULT_FOLDER = 'runs'

/**
 * Delivers what loggers have left in the spools below a folder.
 *
 * @returns whether nothing is left
 * @throws UsageError where the folder or the loggers' kit is not there
 */
export async function sync({ given, streams, signal }: CommandContext): Promise<boolean> {
  const folder = given.argument ?? DEFAULT_FOLDER
  if (!existsSync(folder) || !statSync(folder).isDirectory()) {
    const advice = 'Give the folder that holds the runs: regimen sync <folder>.'
    throw new UsageError(`There is no folder ${resolve(folder)}. ${advice}`)
  }
  const from = process.cwd()
  const syncRuns = await findKit(from)
  const report: Report = (_, message) => void streams.stderr.write(`${message}\n`)
  const runs = await syncRuns(folder, { from, report, signal })
  const lines = runs.map(lineOf)
  streams.stdout.write(`${lines.join('\n') || `Nothing waits in ${folder}.`}\n`)
  return runs.every(({ outcome }) => outcome === 'delivered')
}

function lineOf({ id, runId, outcome, counts, reason }: SyncedRun): string {
  const head = `${id} ${runId}:`
  if (reason !== undefined) return `${head} ${outcome}, ${reason}`
  const number = (count: number) => count.toLocaleString('en-US')
  const lost = counts.rejected + counts.damaged
  const left = outcome === 'delivered' ? '' : `, ${number(counts.spooled)} left`
  return `${head} ${number(counts.sent)} sent, ${number(lost)} lost${left}`
}

/** The kit of the loggers that the project has installed: its own, or that of one of them. */
async function findKit(from: string): Promise<SyncRuns> {
  for (const place of [from, ...loggerFolders(from)]) {
    const kit = await importPackage(KIT, join(place, 'package.json'))
    if (typeof kit?.syncRuns === 'function') return kit.syncRuns as SyncRuns
  }
  const advice = 'Install the logger whose records wait, such as @regimen/logger-comet'
  throw new UsageError(`@regimen/logger-kit is not installed, as seen from ${from}. ${advice}.`)
}

function loggerFolders(from: string): string[] {
  const modules = join(from, 'node_modules')
  const listed = (folder: string) => (existsSync(folder) ? readdirSync(folder) : [])
  const own = listed(join(modules, '@regimen')).map((name) => join('@regimen', name))
  const names = [...own, ...listed(modules)].filter((name) => name.includes('logger'))
  return names.map((name) => realpathSync(join(modules, name)))
}
