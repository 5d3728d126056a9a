import { isLoggerError } from '@regimen/logger-kit/writer'
import { RUN_MARK } from '../about/announce.js'
import { answerOf } from './client.js'
import type { Experiment, Opening } from './experiment.js'
import type { PendingCreate } from './pending-create.js'
import { readRequest } from './request.js'

/** Comet's clock and ours may differ; what its header `Date` shows is rounded to seconds. */
const SLACK_MS = 2000

interface Row {
  readonly experimentKey: string
  readonly experimentName: string
  readonly startTimeMillis: number
  readonly projectName: string
  readonly workspaceName: string
}

interface Value {
  readonly name: string
  readonly valueCurrent: string
}

/**
 * The experiment that a create made whose answer was lost: the only one of that name which began
 * after we asked and which no run has marked as its own, or any of a name that only this run has.
 * Nothing where that cannot be told.
 */
export async function adopt(
  opening: Opening,
  { name, since }: PendingCreate,
): Promise<Experiment | undefined> {
  const { context, client, settings } = opening
  const unclaimed: Row[] = []
  for (const workspaceName of await workspaces(opening)) {
    const { projectName } = settings
    const query = { workspaceName, projectName, archived: 'false' }
    const request = readRequest('experiments', query)
    const response = await client.send(request).catch(absent)
    if (!response) continue
    const ahead = clockAhead(response, context.now())
    const { experiments = [] } = await answerOf<{ experiments?: readonly Row[] }>(response, request)
    for (const row of experiments) {
      if (row.experimentName !== name || row.startTimeMillis < since + ahead - SLACK_MS) continue
      const owner = await ownerOf(opening, row.experimentKey)
      if (owner === context.runId) return experimentOf(opening, row)
      if (owner === undefined) unclaimed.push(row)
    }
  }
  const [first, ...more] = unclaimed
  const isOurs = settings.experimentName === undefined || more.length === 0
  return first && isOurs ? experimentOf(opening, first) : undefined
}

async function workspaces({ client, settings }: Opening): Promise<readonly string[]> {
  if (settings.workspace !== undefined) return [settings.workspace]
  const answer = await client.ask<{ workspaceNames?: string[] }>(readRequest('workspaces', {}))
  return answer.workspaceNames ?? []
}

/** A project that does not exist has no experiments. */
function absent(error: unknown): undefined {
  if (isLoggerError(error) && error.kind === 'permanent') return undefined
  throw error
}

/** How far Comet's clock is ahead of ours. */
function clockAhead({ headers }: Response, now: number): number {
  const date = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(date) ? 0 : date - now
}

async function ownerOf({ client }: Opening, experimentKey: string): Promise<string | undefined> {
  const request = readRequest('experiment/log-other', { experimentKey })
  const { values = [] } = await client.ask<{ values?: readonly Value[] }>(request)
  return values.find(({ name }) => name === RUN_MARK)?.valueCurrent
}

function experimentOf({ settings }: Opening, row: Row): Experiment {
  const { experimentKey: key, experimentName: name, workspaceName, projectName } = row
  const url = [settings.url, workspaceName, projectName, key].join('/')
  return { key, name, url, startedAt: row.startTimeMillis, hasBatches: false }
}
