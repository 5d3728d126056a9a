import { type Fields, jsonOf, numberOf, optionalNumber, textOf } from './exchange.js'
import type { Experiment, MetricPoint, NamedValue } from './experiment.js'
import { formParts } from './multipart.js'
import type { Handler, Routes } from './routes.js'
import { linkOf, type Store } from './store.js'

const WRITE = '/api/rest/v2/write'
const SAVED = { msg: 'Saved' }

/**
 * Comet REST v2 docs, write endpoints; comet-java-sdk ApiEndpoints.java; cometr
 * R/experiment-methods.R.
 */
export const writeRoutes: Routes = {
  // docs, write endpoints: the server picks the key, so that a repeat makes a second experiment.
  [`POST ${WRITE}/experiment/create`]: (exchange, store) => {
    const names = { workspace: 'workspaceName', project: 'projectName' }
    const made = store.create(jsonOf(exchange), names)
    return {
      experimentKey: made.key,
      workspaceName: made.workspace,
      projectName: made.project,
      link: linkOf(made),
      name: made.name,
    }
  },
  // docs, write endpoints: appended, never replaced; Java sends texts, R numbers.
  [`POST ${WRITE}/experiment/metric`]: saving((fields, experiment, store) => {
    store.append(experiment, [pointOf(fields, store.now)])
  }),
  [`POST ${WRITE}/experiment/parameter`]: saving((fields, experiment, { now }) => {
    experiment.parameters.push(parameterOf(fields, now))
  }),
  // docs, write endpoints: "Name" is the display name.
  [`POST ${WRITE}/experiment/log-other`]: saving((fields, experiment, { now }) => {
    const value = textOf(fields, 'value')
    experiment.others.push({ name: textOf(fields, 'key'), value, context: undefined, at: now })
  }),
  [`POST ${WRITE}/experiment/tags`]: saving(({ addedTags }, experiment) => {
    for (const tag of addedTags as readonly string[]) experiment.tags.add(tag)
  }),
  // comet-java-sdk HtmlRest.java: override false appends.
  [`POST ${WRITE}/experiment/html`]: saving((fields, experiment) => {
    const html = textOf(fields, 'html')
    experiment.html = fields.override === true ? html : experiment.html + html
  }),
  [`POST ${WRITE}/experiment/graph`]: saving((fields, experiment) => {
    experiment.graph = textOf(fields, 'graph')
  }),
  [`POST ${WRITE}/experiment/code`]: saving((fields, experiment) => {
    experiment.code = textOf(fields, 'code')
  }),
  [`POST ${WRITE}/experiment/file-path`]: saving((fields, experiment) => {
    experiment.filePath = textOf(fields, 'filePath')
  }),
  // comet-java-sdk OutputUpdate.java.
  [`POST ${WRITE}/experiment/output`]: saving(({ outputLines }, experiment) => {
    for (const line of outputLines as Fields[]) experiment.output += textOf(line, 'output')
  }),
  [`POST ${WRITE}/experiment/set-start-end-time`]: saving((fields, experiment) => {
    experiment.startTimeMillis = numberOf(fields, 'startTimeMillis')
    experiment.endTimeMillis = optionalNumber(fields, 'endTimeMillis')
  }),
  // comet-java-sdk ApiEndpoints.java SET_EXPERIMENT_STATUS: the heartbeat, a GET.
  [`GET ${WRITE}/experiment/set-status`]: ({ query }, store) => {
    store.find(query.get('experimentKey')).beats++
    return {
      isAliveBeatDurationMillis: store.options.beatMs,
      gpuMonitorIntervalMillis: 60_000,
      cpuMonitorIntervalMillis: 68_000,
    }
  },
  [`POST ${WRITE}/experiment/update-status`]: saving((fields, experiment) => {
    const { isAlive, error, hasCrashed } = fields
    const text = typeof error === 'string' ? error : undefined
    experiment.statuses.push({
      isAlive: isAlive === true,
      error: text,
      hasCrashed: hasCrashed === true,
    })
  }),
  // comet-java-sdk SetSystemDetailsRequest.java.
  [`POST ${WRITE}/experiment/system-details`]: saving((fields, experiment) => {
    experiment.systemDetails = fields
  }),
  ...Object.fromEntries(
    (['cpu', 'gpu', 'ram', 'load'] as const).map((kind) => [
      `POST ${WRITE}/experiment/${kind}-metrics`,
      saving((fields, experiment) => {
        experiment.systemMetrics[kind].push(fields)
      }),
    ]),
  ),
  // comet-java-sdk GitMetadataRest.java.
  [`POST ${WRITE}/experiment/git/metadata`]: saving((fields, experiment) => {
    experiment.gitMetadata = fields
  }),
  [`POST ${WRITE}/experiment/git/patch`]: (exchange, store) => {
    const parts = formParts(exchange.headers['content-type'], exchange.body)
    const experiment = store.find(exchange.query.get('experimentKey'))
    experiment.gitPatch = parts.find(({ name }) => name === 'file')?.bytes
    return SAVED
  },
  // docs, write endpoints: a PUT.
  [`PUT ${WRITE}/experiment/dependencies`]: saving(({ logDependencies }, experiment) => {
    experiment.dependencies = logDependencies as readonly unknown[]
  }),
}

/** A value of the metric endpoint or of a batch: `metricValue` may be a number or a text. */
export function pointOf(fields: Fields, at: number): MetricPoint {
  const { metricValue, context } = fields
  const isNumber = typeof metricValue === 'number'
  return {
    name: textOf(fields, 'metricName'),
    value: isNumber ? String(metricValue) : textOf(fields, 'metricValue'),
    step: optionalNumber(fields, 'step'),
    epoch: optionalNumber(fields, 'epoch'),
    context: typeof context === 'string' ? context : undefined,
    timestamp: optionalNumber(fields, 'timestamp'),
    at,
  }
}

/** A parameter of the endpoint or of a batch. */
export function parameterOf(fields: Fields, at: number): NamedValue {
  const { parameterValue, context } = fields
  return {
    name: textOf(fields, 'parameterName'),
    value: String(parameterValue),
    context: typeof context === 'string' ? context : undefined,
    at,
  }
}

function saving(save: (fields: Fields, experiment: Experiment, store: Store) => void): Handler {
  return (exchange, store) => {
    const fields = jsonOf(exchange)
    save(fields, store.find(fields.experimentKey), store)
    return SAVED
  }
}
