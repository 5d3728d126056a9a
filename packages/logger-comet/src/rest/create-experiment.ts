import { isLoggerError, LoggerError } from '@regimen/logger-kit/writer'
import { RUN_MARK, wantedName } from '../provenance/announce.js'
import { answerOf } from './client.js'
import {
  creating,
  type Experiment,
  type Opening,
  type PendingCreate,
  pendingCreate,
} from './experiment.js'
import { readRequest, writeRequest } from './request.js'

/** Part of the window of the limits for which reads may lag behind writes: 10 s of a minute. */
const LAG_SHARE = 1 / 6

interface Created {
  readonly experimentKey: string
  readonly link: string
  readonly name?: string
}

/**
 * Makes a new experiment, once: Comet chooses its key, so that a request whose answer is lost is
 * looked for in the list of experiments before another one is made. That it was sent is on disk
 * first, so that this holds for a process that is killed too.
 *
 * @throws LoggerError
 */
export async function createExperiment(opening: Opening): Promise<Experiment> {
  const { context, client, settings } = opening
  const { state } = context
  const name = wantedName(context, settings)
  const pending = pendingCreate(state)
  const found = pending && (await lookFor(opening, pending))
  if (found) return found
  const since = pending?.since ?? context.now()
  const { workspace, projectName } = settings
  const request = writeRequest('create', {
    projectName,
    experimentName: name,
    ...(workspace !== undefined && { workspaceName: workspace }),
  })
  const {
    experimentKey: key,
    link,
    name: assignedName,
  } = await creating(state, { name, since }, () => client.ask<Created>(request))
  if (typeof key !== 'string') {
    throw new LoggerError(
      'permanent',
      `${settings.url} is no Comet: it names no new experiment.`,
    )
  }
  return {
    key,
    name: assignedName ?? name,
    url: link,
    startedAt: context.startedAt,
    hasBatches: false,
  }
}

/** Looks again and again, since the list of experiments lags behind. */
async function lookFor(
  opening: Opening,
  pending: PendingCreate,
): Promise<Experiment | undefined> {
  const { context, settings } = opening
  const { minuteMs = 60_000 } = settings.limits
  const end = context.now() + minuteMs * LAG_SHARE
  for (let wait = minuteMs / 120; ; wait *= 2) {
    const found = await adopt(opening, pending)
    if (found || context.now() >= end) return found
    await context.sleep(Math.min(wait, end - context.now()))
  }
}

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
 * Nothing if that is unknown.
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
    const { experiments = [] } = await answerOf<{ experiments?: readonly Row[] }>(
      response,
      request,
    )
    for (const row of experiments) {
      if (row.experimentName !== name || row.startTimeMillis < since + ahead - SLACK_MS)
        continue
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
  const answer = await client.ask<{ workspaceNames?: string[] }>(
    readRequest('workspaces', {}),
  )
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

async function ownerOf(
  { client }: Opening,
  experimentKey: string,
): Promise<string | undefined> {
  const request = readRequest('experiment/log-other', { experimentKey })
  const { values = [] } = await client.ask<{ values?: readonly Value[] }>(request)
  return values.find(({ name }) => name === RUN_MARK)?.valueCurrent
}

function experimentOf({ settings }: Opening, row: Row): Experiment {
  const { experimentKey: key, experimentName: name, workspaceName, projectName } = row
  const url = [settings.url, workspaceName, projectName, key].join('/')
  return { key, name, url, startedAt: row.startTimeMillis, hasBatches: false }
}
