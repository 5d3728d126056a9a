import { LoggerError } from '@regimen/logger-kit/writer'
import { errorCode, type MlflowClient } from './client.js'
import type { MlflowSettings } from './settings.js'

interface Experiment {
  readonly experiment_id: string
  readonly lifecycle_stage?: string
}

/** What MLflow calls the experiment that is always there. */
const DEFAULT = 'Default'

/** The id of the experiment of a run, which is made if there is none. @throws LoggerError */
export async function experimentId(
  client: MlflowClient,
  { experimentId: id, experimentName = DEFAULT }: MlflowSettings,
): Promise<string> {
  if (id !== undefined) return id
  const found = await byName(client, experimentName)
  if (found) return found
  try {
    const made = await client.post<Experiment>('experiments/create', {
      name: experimentName,
    })
    return made.experiment_id
  } catch (error) {
    // Another run was faster, or an answer was lost.
    const isThere = errorCode(error) === 'RESOURCE_ALREADY_EXISTS'
    const other = isThere ? await byName(client, experimentName) : undefined
    if (other) return other
    throw error
  }
}

async function byName(client: MlflowClient, name: string): Promise<string | undefined> {
  try {
    const query = { experiment_name: name }
    const { experiment } = await client.get<{ experiment: Experiment }>(
      'experiments/get-by-name',
      query,
    )
    if (experiment.lifecycle_stage !== 'deleted') return experiment.experiment_id
  } catch (error) {
    if (errorCode(error) === 'RESOURCE_DOES_NOT_EXIST') return undefined
    throw error
  }
  const way =
    'Restore it with "mlflow experiments restore", or take another experimentName'
  throw new LoggerError('permanent', `The experiment "${name}" is deleted. ${way}.`)
}
