import { randomUUID } from 'node:crypto'
import { doubleOf, type Fields, fieldsOf, integerOf, listOf, nameOf, textOf } from './fields.js'
import { type FakeRun, Refusal, type Store } from './store.js'

type Endpoint = (store: Store, input: unknown) => object

const STATUSES = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED']
const LARGEST_REQUEST = 1_000_000

/** The endpoints of the REST API that a logger needs, by method and path. */
export const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  'GET experiments/get-by-name'(store, input) {
    const name = textOf(fieldsOf(input, ['experiment_name']), 'experiment_name')
    for (const [experiment_id, one] of store.experiments) {
      if (one.name !== name) continue
      const lifecycle_stage = one.isDeleted ? 'deleted' : 'active'
      return { experiment: { experiment_id, name, lifecycle_stage } }
    }
    throw new Refusal('RESOURCE_DOES_NOT_EXIST', `Could not find experiment '${name}'`, 404)
  },
  'POST experiments/create'(store, input) {
    const name = textOf(fieldsOf(input, ['name', 'artifact_location', 'tags']), 'name')
    if ([...store.experiments.values()].some((one) => one.name === name)) {
      throw new Refusal('RESOURCE_ALREADY_EXISTS', `Experiment(name=${name}) already exists.`)
    }
    const id = String(store.experiments.size)
    store.experiments.set(id, { name, isDeleted: false })
    return { experiment_id: id }
  },
  'POST runs/create'(store, input) {
    const known = ['experiment_id', 'user_id', 'run_name', 'start_time', 'tags']
    const fields = fieldsOf(input, known)
    const experimentId = textOf(fields, 'experiment_id')
    if (!store.experiments.has(experimentId)) {
      throw new Refusal('RESOURCE_DOES_NOT_EXIST', `No experiment ${experimentId}`, 404)
    }
    const id = randomUUID().replaceAll('-', '')
    const name = fields.run_name === undefined ? 'made-up-7' : textOf(fields, 'run_name')
    const run: FakeRun = {
      ...{ id, experimentId, name, status: 'RUNNING', endTime: undefined, isDeleted: false },
      startTime: integerOf(fields, 'start_time'),
      artifactUri: `${store.artifactRoot}${experimentId}/${id}/artifacts`,
      tags: new Map(),
      params: new Map(),
      points: new Map(),
      artifacts: new Map(),
    }
    for (const tag of listOf(fields, 'tags', 1000)) setTag(run, tag)
    store.runs.set(id, run)
    return answerOf(run)
  },
  'GET runs/get'(store, input) {
    return answerOf(store.run(textOf(fieldsOf(input, ['run_id']), 'run_id')))
  },
  'POST runs/search'(store, input) {
    const known = ['experiment_ids', 'filter', 'run_view_type', 'max_results', 'order_by']
    const fields = fieldsOf(input, known)
    const ids = listOf(fields, 'experiment_ids', 1000)
    const [, key = '', value] = /^tags\.`([^`]+)` = '([^']*)'$/.exec(textOf(fields, 'filter')) ?? []
    const runs = [...store.runs.values()].filter(
      (run) => !run.isDeleted && ids.includes(run.experimentId) && run.tags.get(key) === value,
    )
    return runs.length === 0 ? {} : { runs: runs.map((run) => answerOf(run).run) }
  },
  'POST runs/update'(store, input) {
    const fields = fieldsOf(input, ['run_id', 'status', 'end_time', 'run_name'])
    const run = store.active(textOf(fields, 'run_id'))
    const status = textOf(fields, 'status')
    if (!STATUSES.includes(status)) {
      throw new Refusal('INVALID_PARAMETER_VALUE', `No status ${status}`)
    }
    run.status = status
    if (fields.end_time !== undefined) run.endTime = integerOf(fields, 'end_time')
    return { run_info: answerOf(run).run.info }
  },
  'POST runs/set-tag'(store, input) {
    const { run_id, ...tag } = fieldsOf(input, ['run_id', 'key', 'value'])
    setTag(store.active(textOf({ run_id }, 'run_id')), tag)
    return {}
  },
  'POST runs/log-batch'(store, input) {
    const fields = fieldsOf(input, ['run_id', 'metrics', 'params', 'tags'])
    if (Buffer.byteLength(JSON.stringify(input)) > LARGEST_REQUEST) {
      throw new Refusal(
        'INVALID_PARAMETER_VALUE',
        'Batched logging API requests must be at most 1000000 bytes',
      )
    }
    const run = store.active(textOf(fields, 'run_id'))
    const metrics = listOf(fields, 'metrics', 1000)
    const params = listOf(fields, 'params', 100)
    const points = metrics.map(pointOf)
    const pairs = params.map((one) => parameterOf(store, run, one))
    const keys = pairs.map(([key]) => key)
    if (new Set(keys).size < keys.length) {
      throw new Refusal('INVALID_PARAMETER_VALUE', 'Duplicate parameter keys have been submitted')
    }
    for (const tag of listOf(fields, 'tags', 100)) setTag(run, tag)
    for (const point of points) {
      const { key, timestamp, step, value } = point
      run.points.set(JSON.stringify([key, timestamp, step, String(value)]), point)
    }
    for (const [key, value] of pairs) run.params.set(key, value)
    return {}
  },
}

function answerOf(run: FakeRun) {
  const { id, name, experimentId, status, startTime, endTime, artifactUri, isDeleted } = run
  const info = {
    ...{ run_id: id, run_uuid: id, run_name: name, experiment_id: experimentId, status },
    start_time: startTime,
    ...(endTime !== undefined && { end_time: endTime }),
    artifact_uri: artifactUri,
    lifecycle_stage: isDeleted ? 'deleted' : 'active',
  }
  const pairs = (map: ReadonlyMap<string, string>) =>
    [...map].map(([key, value]) => ({ key, value }))
  return { run: { info, data: { params: pairs(run.params), tags: pairs(run.tags) } } }
}

function pointOf(input: unknown) {
  const fields = fieldsOf(input, ['key', 'value', 'timestamp', 'step'])
  const key = nameOf(fields)
  const value = doubleOf(fields, 'value')
  return { key, value, timestamp: integerOf(fields, 'timestamp'), step: integerOf(fields, 'step') }
}

function parameterOf(store: Store, run: FakeRun, input: unknown): [string, string] {
  const fields = fieldsOf(input, ['key', 'value'])
  const key = nameOf(fields)
  const value = limited(store, String(fields.value ?? ''))
  const old = run.params.get(key)
  if (old === undefined || old === value) return [key, value]
  const text = `Changing param values is not allowed. Params with key='${key}' was already logged with value='${old}'`
  throw new Refusal('INVALID_PARAMETER_VALUE', text)
}

function limited({ parameterLimit, cutsParameters }: Store, value: string): string {
  if (value.length <= parameterLimit) return value
  if (cutsParameters) return value.slice(0, parameterLimit)
  const text = `Param value '${value.slice(0, 250)}' had length ${value.length}, which exceeded length limit of ${parameterLimit}`
  throw new Refusal('INVALID_PARAMETER_VALUE', text)
}

function setTag(run: FakeRun, input: unknown): void {
  const fields: Fields = fieldsOf(input, ['key', 'value'])
  const value = String(fields.value ?? '')
  if (value.length > 8000) throw new Refusal('INVALID_PARAMETER_VALUE', 'Tag value is too long')
  run.tags.set(nameOf(fields), value)
}
