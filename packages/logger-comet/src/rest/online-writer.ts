import type { Json } from '@regimen/core'
import {
  type Capabilities,
  type CloseContext,
  LoggerError,
  type LogWriter,
  type OpenContext,
  type OpenResult,
  type Rate,
  type Secret,
  type WriteResult,
  type WriterRecord,
} from '@regimen/logger-kit/writer'
import type { CometLimits } from '../options.js'
import { announce } from '../provenance/announce.js'
import type { CometSettings } from '../settings/comet-settings.js'
import { CometClient, SDK_CODE, sdkCode } from './client.js'
import { createExperiment } from './create-experiment.js'
import {
  type Experiment,
  existingExperiment,
  knownExperiment,
  type Opening,
  remember,
} from './experiment.js'
import { writeEach } from './record-request.js'
import { readRequest, writeRequest } from './request.js'
import { batchRequest, isSdkGone, openBySdk } from './sdk.js'
import { SystemLoad } from './system-load.js'

/** How often load of processors and memory is measured: as often as Comet's own clients do. */
const LOAD_INTERVAL_MS = 60_000
/** Where the server names no time between two beats. */
const BEAT_INTERVAL_MS = 10_000
/** As Comet's own client has it. */
const LARGEST_BATCH = 1000

/** A run that is open at Comet. */
interface OpenRun {
  readonly opening: Opening
  experiment: Experiment
}

/**
 * Delivers to a Comet server: value by value in the documented API, or in the batches of its SDK.
 */
export class OnlineWriter implements LogWriter {
  readonly capabilities: Capabilities
  readonly #settings: CometSettings
  readonly #apiKey: Secret
  readonly #load = new SystemLoad()
  #loadAt = Number.NEGATIVE_INFINITY
  #run: OpenRun | undefined

  constructor(settings: CometSettings, apiKey: Secret) {
    this.#settings = settings
    this.#apiKey = apiKey
    this.capabilities = capabilitiesOf(settings)
  }

  async open(context: OpenContext): Promise<OpenResult> {
    const { url, experimentName, experimentKey, mode } = this.#settings
    const isNew = experimentKey === undefined || mode === 'create'
    await announce(context, this.#settings, { isNew, apiKey: this.#apiKey })
    const client = new CometClient({ fetch: context.fetch, url, apiKey: this.#apiKey })
    const opening = { context, client, settings: this.#settings }
    const known = knownExperiment(context)
    const experiment = known ?? remember(context, await opened(opening))
    const name = experimentName ?? experiment.name
    const isShown = this.#run !== undefined || context.isReplay
    if (!isShown) context.report('info', `Experiment "${name}": ${experiment.url}`)
    this.#run = { opening, experiment }
    return { name, version: experiment.key, url: experiment.url }
  }

  async write(batch: readonly WriterRecord[]): Promise<WriteResult> {
    const { opening, experiment } = this.#opened
    const { client, settings } = opening
    const context = { experimentKey: experiment.key, prefix: settings.prefix }
    const kind = batch[0]?.kind
    if (experiment.hasBatches && (kind === 'metric' || kind === 'parameter')) {
      try {
        await client.send(batchRequest(batch, context))
        return {}
      } catch (error) {
        if (!isSdkGone(error)) throw error
        this.#leaveSdk()
      }
    }
    return writeEach(batch, client, context)
  }

  async heartbeat(): Promise<number> {
    const { opening, experiment } = this.#opened
    const { context, client, settings } = opening
    if (settings.logSystemMetrics && context.now() - this.#loadAt >= LOAD_INTERVAL_MS) {
      this.#loadAt = context.now()
      for (const extra of this.#load.sample()) context.emit(extra.endpoint, extra as Json)
    }
    const request = readRequest('write/experiment/set-status', {
      experimentKey: experiment.key,
    })
    const answer = await client.ask<{ readonly isAliveBeatDurationMillis?: unknown }>(
      request,
    )
    const { isAliveBeatDurationMillis: next } = answer
    return typeof next === 'number' && next > 0 ? next : BEAT_INTERVAL_MS
  }

  async close({ status, endedAt }: CloseContext): Promise<void> {
    const { opening, experiment } = this.#opened
    const { client } = opening
    const experimentKey = experiment.key
    const startedAt =
      experiment.startedAt ?? (await existingExperiment(opening, experimentKey)).startedAt
    const times = {
      startTimeMillis: Math.round(startedAt),
      endTimeMillis: Math.round(endedAt),
    }
    await client.send(writeRequest('set-start-end-time', { experimentKey, ...times }))
    const error = status === 'finished' ? {} : { error: ENDINGS[status] }
    const hasCrashed = status === 'failed'
    const fields = { experimentKey, isAlive: false, ...error, hasCrashed }
    await client.send(writeRequest('update-status', fields))
  }

  get #opened(): OpenRun {
    if (this.#run) return this.#run
    throw new LoggerError('permanent', 'The Comet writer has not been opened.')
  }

  #leaveSdk(): void {
    const run = this.#opened
    const { context } = run.opening
    run.experiment = remember(context, { ...run.experiment, hasBatches: false })
    const text = 'Comet does not take the batches of api "sdk"'
    context.report(
      'warn',
      `${text}: values are sent one by one from now on, as by api "rest".`,
    )
  }
}

const ENDINGS = {
  failed: 'The run failed.',
  interrupted: 'The run was interrupted.',
} as const

/** Batches are at most a tenth of what a window may bring, since a whole one counts at once. */
function capabilitiesOf({ api, limits }: CometSettings): Capabilities {
  const isSdk = api === 'sdk'
  const tenth = Math.floor(Math.min(limits.metrics, limits.parameters) / 10)
  return {
    kinds: ['metric', 'parameter', 'text', 'image', 'histogram', 'artifact', 'graph'],
    offline: 'spool',
    maxItems: isSdk ? Math.max(1, Math.min(tenth, LARGEST_BATCH)) : 1,
    concurrency: isSdk ? 1 : 8,
    flushMs: isSdk ? 2000 : 100,
    rates: {
      metric: paced(limits.metrics, limits),
      parameter: paced(limits.parameters, limits),
      rest: paced(limits.other, limits),
    },
    idempotent: ['parameter', 'graph'],
  }
}

async function opened(opening: Opening): Promise<Experiment> {
  const { context, settings } = opening
  if (settings.api === 'sdk') {
    try {
      return await openBySdk(opening)
    } catch (error) {
      if (!isSdkGone(error)) throw error
      context.report(
        'warn',
        'This Comet server has no api "sdk": the API "rest" is used.',
      )
    }
  }
  const { experimentKey, mode } = settings
  if (experimentKey === undefined || mode === 'create') return createExperiment(opening)
  try {
    return await existingExperiment(opening, experimentKey)
  } catch (error) {
    if (sdkCode(error) !== SDK_CODE.noSuchExperiment) throw error
    const way =
      'To make one with a key of your own, take api: "sdk"; else leave experimentKey out'
    throw new LoggerError(
      'permanent',
      `Comet has no experiment "${experimentKey}". ${way}.`,
    )
  }
}

/** 80 % of the limit, so that a neighbour or a clock that is off does not matter. */
function paced(count: number, { minuteMs = 60_000 }: CometLimits): Rate {
  return { count: Math.max(1, Math.floor(count * 0.8)), perMs: minuteMs }
}
