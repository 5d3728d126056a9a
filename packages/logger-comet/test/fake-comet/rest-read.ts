import { basename } from 'node:path'
import type { Exchange } from './exchange.js'
import type { Experiment, MetricPoint, NamedValue } from './experiment.js'
import type { Handler, Routes } from './routes.js'
import { projectId, type Store } from './store.js'

const ROOT = '/api/rest/v2'

/**
 * Comet REST v2 docs, read endpoints; comet-java-sdk ApiEndpoints.java; shapes as recorded in
 * cometr tests.
 */
export const readRoutes: Routes = {
  [`GET ${ROOT}/experiment/metadata`]: reading((experiment) => ({
    ...rowOf(experiment),
    userName: 'someone',
    throttle: false,
    running: experiment.status?.isAlive ?? true,
  })),
  [`GET ${ROOT}/experiment/metrics/summary`]: reading(({ points }, store) => ({
    values: metricSummaries(points.filter((point) => store.isVisible(point))),
  })),
  [`GET ${ROOT}/experiment/parameters`]: reading(({ parameters }, store) => ({
    values: valueSummaries(parameters, store),
  })),
  [`GET ${ROOT}/experiment/log-other`]: reading(({ others }, store) => ({
    values: valueSummaries(others, store),
  })),
  // comet-java-sdk ApiEndpoints.java GET_METRICS.
  [`GET ${ROOT}/experiment/metrics/get-metric`]: reading(({ points }, store, { query }) => ({
    metrics: points
      .filter((point) => store.isVisible(point) && readName(point) === query.get('metricName'))
      .map(({ value, step, epoch, timestamp, context }) => ({
        metricName: query.get('metricName'),
        metricValue: value,
        runContext: context ?? null,
        step: step ?? null,
        epoch: epoch ?? null,
        timestamp: timestamp ?? null,
      })),
  })),
  [`GET ${ROOT}/experiment/tags`]: reading(({ tags }) => ({ tags: [...tags] })),
  [`GET ${ROOT}/experiment/html`]: reading(({ html }) => ({ html })),
  [`GET ${ROOT}/experiment/graph`]: reading(({ graph }) => ({ graph })),
  [`GET ${ROOT}/experiment/code`]: reading(({ code }) => ({ code })),
  [`GET ${ROOT}/experiment/output`]: reading(({ output }) => ({ output })),
  // cometr tests/testthat/www.comet.com/api/rest/v2/experiments-1280bb.json.
  [`GET ${ROOT}/experiments`]: ({ query }, store) => ({
    experiments: store.experiments
      .filter((one) => store.isVisible(one) && !one.deleted && isOf(one, query))
      .map(rowOf),
  }),
  // cometr tests/testthat/www.comet.com/api/rest/v2/workspaces.json.
  [`GET ${ROOT}/workspaces`]: (_, { options }) => ({ workspaceNames: options.workspaces }),
}

/** cometr test-experiment-methods.R: a metric with a context is read as `<context>_<name>`. */
export function readName({ name, context }: MetricPoint): string {
  return context ? `${context}_${name}` : name
}

function reading(
  read: (experiment: Experiment, store: Store, exchange: Exchange) => Readonly<object>,
): Handler {
  return (exchange, store) => {
    const found = store.find(exchange.query.get('experimentKey'))
    return { ...read(found, store, exchange) }
  }
}

function isOf(experiment: Experiment, query: URLSearchParams): boolean {
  const id = query.get('projectId')
  if (experiment.archived !== (query.get('archived') === 'true')) return false
  if (id !== null) return projectId(experiment) === id
  const [workspace, project] = [query.get('workspaceName'), query.get('projectName')]
  return experiment.workspace === workspace && (!project || experiment.project === project)
}

function rowOf(experiment: Experiment) {
  const { key, name, workspace, project, filePath, startTimeMillis, endTimeMillis } = experiment
  return {
    experimentKey: key,
    experimentName: name,
    optimizationId: null,
    projectId: projectId(experiment),
    projectName: project,
    workspaceName: workspace,
    filePath: filePath || null,
    fileName: filePath ? basename(filePath) : null,
    durationMillis: (endTimeMillis ?? startTimeMillis) - startTimeMillis,
    startTimeMillis,
    endTimeMillis: endTimeMillis ?? null,
    archived: experiment.archived,
  }
}

function metricSummaries(points: readonly MetricPoint[]) {
  return [...new Set(points.map(readName))].map((name) => {
    const own = points.filter((point) => readName(point) === name)
    const current = own.at(-1) as MetricPoint
    const values = own.map(({ value }) => Number(value))
    return {
      name,
      valueMin: String(Math.min(...values)),
      valueMax: String(Math.max(...values)),
      valueCurrent: current.value,
      stepCurrent: current.step ?? null,
      timestampCurrent: current.timestamp ?? null,
      runContextCurrent: current.context ?? null,
      editable: false,
    }
  })
}

function valueSummaries(entries: readonly NamedValue[], store: Store) {
  const visible = entries.filter((entry) => store.isVisible(entry))
  const last = new Map(visible.map(({ name, value, at }) => [name, { name, value, at }]))
  return [...last.values()].map(({ name, value, at }) => ({
    name,
    valueMin: value,
    valueMax: value,
    valueCurrent: value,
    timestampCurrent: at,
    editable: false,
  }))
}
