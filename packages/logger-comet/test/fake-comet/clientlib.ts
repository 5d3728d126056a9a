import { refuse, SDK_ERROR } from './errors.js'
import { type Exchange, type Fields, jsonOf, textOf } from './exchange.js'
import type { Experiment } from './experiment.js'
import { parameterOf, pointOf } from './rest-write.js'
import type { Handler, Routes } from './routes.js'
import { linkOf, projectId, type Store } from './store.js'

const BATCH = '/clientlib/batch/logger/experiment'

/** The API of Comet's Python SDK (comet_ml connection, config): no public contract, but certain. */
export const clientlibRoutes: Routes = {
  // comet_ml connection: the client chooses the key; a repeat is refused with 90999.
  'POST /clientlib/logger/add/run': handshake((fields, store) => {
    const key = textOf(fields, 'experimentKey')
    if (!/^[A-Za-z0-9]{32,50}$/.test(key)) return refuse(400, 0, 'A bad experiment key')
    const names = { workspace: 'teamName', project: 'projectName' }
    return store.create({ projectName: 'general', ...fields }, names, key)
  }),
  // comet_ml connection: resume.
  'POST /clientlib/logger/get/run': handshake((fields, store) =>
    store.find(fields.previousExperiment),
  ),
  'POST /clientlib/status-report/update': (exchange, store) => {
    const fields = checkedKey(exchange, store)
    const experiment = store.find(fields.experimentKey)
    experiment.beats++
    experiment.statuses.push({
      isAlive: fields.is_alive === true,
      error: undefined,
      hasCrashed: false,
    })
    return {
      is_alive_beat_duration_millis: store.options.beatMs,
      gpu_monitor_interval_millis: 60_000,
      cpu_monitor_interval_millis: 68_000,
      pending_rpcs: [],
    }
  },
  // comet_ml messages and connection: gzip batches.
  [`POST ${BATCH}/metric`]: batch((experiment, values, store) => {
    store.append(
      experiment,
      values.map((fields) => pointOf(fields, store.now)),
    )
  }),
  [`POST ${BATCH}/parameter`]: batch(({ parameters }, values, { now }) => {
    parameters.push(...values.map((fields) => parameterOf(fields, now)))
  }),
  'GET /clientlib/health/ping': () => ({ msg: 'Healthy' }),
}

/** How much of its limit a batch uses up: each value counts. */
export function batchSize(exchange: Exchange): number {
  if (!exchange.path.startsWith(BATCH)) return 1
  const { values } = jsonOf(exchange)
  return Array.isArray(values) ? values.length : 1
}

function handshake(find: (fields: Fields, store: Store) => Experiment): Handler {
  return (exchange, store) => {
    const experiment = find(checkedKey(exchange, store), store)
    return {
      runId: `run-${experiment.key}`,
      project_id: projectId(experiment),
      focusUrl: `${linkOf(experiment)}/`,
      lastOffset: 0,
      name: experiment.name,
      githubEnabled: false,
      featureToggles: [],
      upload_file_size_limit_in_mb: 100,
      uploadVideoMaxSizeMB: 300,
      asset_upload_file_size_limit_in_mb: 200_000,
      s3DirectAccessEnabled: false,
      msg: 'success',
    }
  }
}

/** A bad key in a handshake is a 400 with 90212, not a 401. */
function checkedKey(exchange: Exchange, store: Store): Fields {
  const fields = jsonOf(exchange)
  if (fields.apiKey === store.options.apiKey) return fields
  return refuse(400, SDK_ERROR.apiKeyNotRegistered, 'This API key is not registered')
}

function batch(
  save: (experiment: Experiment, values: readonly Fields[], store: Store) => void,
): Handler {
  return (exchange, store) => {
    const { experimentKey, values } = jsonOf(exchange)
    save(store.find(experimentKey), values as Fields[], store)
    return { msg: 'Saved' }
  }
}
