import type { OpenContext } from '@regimen/logger-kit/writer'
import { isLoggerError, LoggerError } from '@regimen/logger-kit/writer'
import type { PairFields } from './batches.js'
import { errorCode, type MlflowClient } from './client.js'
import { experimentId } from './experiment.js'
import { sourceTags } from './provenance.js'
import type { MlflowSettings } from './settings.js'

/** What all parts of opening a run work with. */
export interface Opening {
  readonly context: OpenContext
  readonly client: MlflowClient
  readonly settings: MlflowSettings
}

/** A run that MLflow has. */
export type Run = {
  readonly id: string
  readonly experimentId: string
  readonly name: string
  readonly artifactUri: string
}

interface RunAnswer {
  readonly run: {
    readonly info: {
      readonly run_id: string
      readonly run_name?: string
      readonly experiment_id: string
      readonly artifact_uri?: string
      readonly lifecycle_stage?: string
    }
    readonly data?: { readonly tags?: readonly PairFields[] }
  }
}

/** Where the state keeps the run, and that one is being made. */
const RUN_KEY = 'run'
const PENDING_KEY = 'create'
/** The tag by which a run is found whose answer was lost: the first run of ours that it is of. */
const OWNER_TAG = 'regimen.run_id'
/** The tag that says which run of ours goes on with it now. */
export const WRITER_TAG = 'regimen.writer_id'

/**
 * The run at MLflow: the one that this run has had, the one that the settings name, or a new one,
 * once: a run whose answer was lost is found by its tag. @throws LoggerError
 */
export async function openRun(opening: Opening): Promise<Run> {
  const { context, client, settings } = opening
  const { state } = context
  const known = state.get(RUN_KEY) as Run | undefined
  const named = known?.id ?? settings.runId
  const run = named === undefined ? await foundOrMade(opening) : known
  const opened = run ?? runOf(await getRun(client, String(named)))
  state.set(RUN_KEY, opened)
  if (named !== undefined && !context.isReplay) await resume(opening, opened)
  return opened
}

/** The value of a tag of a run. @throws LoggerError */
export async function tagOf(
  client: MlflowClient,
  runId: string,
  key: string,
): Promise<string | undefined> {
  const { run } = await getRun(client, runId)
  return run.data?.tags?.find((tag) => tag.key === key)?.value
}

async function foundOrMade(opening: Opening): Promise<Run> {
  const { context, client, settings } = opening
  const { state } = context
  const experiment = await experimentId(client, settings)
  const first = firstRunId(context)
  const mayBeThere =
    context.isReplay || state.get(PENDING_KEY) === true || first !== context.runId
  const found = mayBeThere ? await search(client, experiment, first) : undefined
  if (found) {
    if (!context.isReplay) await resume(opening, runOf(found))
    return runOf(found)
  }
  const fields = {
    experiment_id: experiment,
    start_time: Math.round(context.startedAt),
    ...(settings.runName !== undefined && { run_name: settings.runName }),
    tags: await tagsOf(opening),
  }
  state.set(PENDING_KEY, true)
  try {
    return runOf(await client.post<RunAnswer>('runs/create', fields))
  } catch (error) {
    if (!isLoggerError(error) || !error.isAmbiguous) state.set(PENDING_KEY, false)
    throw error
  }
}

async function tagsOf({ context, settings }: Opening): Promise<PairFields[]> {
  const { tags = {}, description, script, runName } = settings
  const own = Object.entries(tags).map(([key, value]) => ({ key, value }))
  const text = { key: 'mlflow.note.content', value: description ?? '' }
  const isSourceKnown = script !== undefined && !context.isReplay
  return [
    { key: OWNER_TAG, value: firstRunId(context) },
    { key: WRITER_TAG, value: context.runId },
    ...(runName === undefined ? [] : [{ key: 'mlflow.runName', value: runName }]),
    ...(description === undefined ? [] : [text]),
    ...(isSourceKnown ? await sourceTags(script) : []),
    ...own,
  ]
}

/** A run that goes on: it is running again, and this run of ours is the one that writes to it. */
async function resume({ context, client }: Opening, { id }: Run): Promise<void> {
  try {
    await client.post('runs/update', { run_id: id, status: 'RUNNING' })
    const tag = { key: WRITER_TAG, value: context.runId }
    await client.post('runs/set-tag', { run_id: id, ...tag })
  } catch (error) {
    throw isGone(error) ? gone(id) : error
  }
}

async function getRun(client: MlflowClient, id: string): Promise<RunAnswer> {
  try {
    return await client.get<RunAnswer>('runs/get', { run_id: id })
  } catch (error) {
    throw isGone(error) ? gone(id) : error
  }
}

async function search(
  client: MlflowClient,
  experiment: string,
  first: string,
): Promise<RunAnswer | undefined> {
  const { runs = [] } = await client.post<{ runs?: readonly RunAnswer['run'][] }>(
    'runs/search',
    {
      experiment_ids: [experiment],
      filter: `tags.\`${OWNER_TAG}\` = '${first}'`,
      max_results: 1,
    },
  )
  return runs[0] && { run: runs[0] }
}

const firstRunId = ({ state, runId }: OpenContext): string =>
  String(state.get('firstRunId') ?? runId)

function runOf({ run }: RunAnswer): Run {
  const { info } = run
  if (info.lifecycle_stage === 'deleted') throw gone(info.run_id)
  return {
    id: info.run_id,
    experimentId: info.experiment_id,
    name: info.run_name ?? info.run_id,
    artifactUri: info.artifact_uri ?? '',
  }
}

const isGone = (error: unknown): boolean =>
  ['RESOURCE_DOES_NOT_EXIST', 'INVALID_STATE'].includes(errorCode(error) ?? '')

const gone = (id: string): LoggerError =>
  new LoggerError(
    'permanent',
    `MLflow has no run "${id}" that could be continued: it does not exist, or was deleted.`,
  )
