import {
  type Capabilities,
  type CloseContext,
  isLoggerError,
  LoggerError,
  type LogWriter,
  type MetricRecord,
  type OpenContext,
  type OpenResult,
  type ParameterRecord,
  type Rejection,
  type Secret,
  type WriteResult,
  type WriterRecord,
} from '@regimen/logger-kit/writer'
import {
  type Artifact,
  type ArtifactRoot,
  artifactOf,
  artifactRoot,
  type FileRecord,
  parameterArtifact,
} from './artifacts.js'
import { batched, LIMITS, metricFields, metricName, parameterFields } from './batches.js'
import { errorMessage, MlflowClient } from './client.js'
import { faultOfName, faultOfPath } from './names.js'
import { type Opening, openRun, type Run, tagOf, WRITER_TAG } from './run.js'
import type { MlflowSettings } from './settings.js'

/** Characters of a parameter that newer servers keep, and those that any server keeps. */
const PARAMETER_LIMIT = 6000
const SAFE_PARAMETER = 500
const KINDS = [
  'metric',
  'parameter',
  'text',
  'image',
  'histogram',
  'artifact',
  'graph',
] as const
const ENDINGS = { finished: 'FINISHED', failed: 'FAILED', interrupted: 'KILLED' } as const

/** A run that is open at MLflow. */
interface OpenRun extends Opening {
  readonly run: Run
  readonly artifacts: ArtifactRoot
}

/** Delivers to an MLflow tracking server, in batches that it takes. */
export class MlflowWriter implements LogWriter {
  readonly capabilities: Capabilities = {
    kinds: KINDS,
    // A database keeps one of equal values; the other kinds are set, not added.
    idempotent: KINDS,
    offline: 'spool',
    maxItems: LIMITS.metrics,
    maxBytes: LIMITS.bytes,
    flushMs: 1000,
  }
  readonly #settings: MlflowSettings
  readonly #authorization: Secret | undefined
  #opened: OpenRun | undefined
  /** Characters of a parameter that the server takes. */
  #parameterLimit = PARAMETER_LIMIT

  constructor(settings: MlflowSettings, authorization: Secret | undefined) {
    this.#settings = settings
    this.#authorization = authorization
  }

  async open(context: OpenContext): Promise<OpenResult> {
    const settings = this.#settings
    const { url } = settings
    const client = new MlflowClient({
      fetch: context.fetch,
      url,
      authorization: this.#authorization,
    })
    const opening = { context, client, settings }
    const run = await openRun(opening)
    const place = `${url}/#/experiments/${run.experimentId}/runs/${run.id}`
    const isShown = this.#opened !== undefined || context.isReplay
    if (!isShown) context.report('info', `Run "${run.name}": ${place}`)
    this.#opened = { ...opening, run, artifacts: artifactRoot(run.artifactUri, url) }
    return { name: run.name, version: run.id, url: place }
  }

  async write(batch: readonly WriterRecord[]): Promise<WriteResult> {
    const rejected: Rejection[] = []
    const named = batch.filter((record) => {
      const fault = this.#faultOf(record)
      if (fault !== undefined) rejected.push({ seq: record.seq, ...fault })
      return fault === undefined
    })
    await this.#writeMetrics(named.filter((record) => record.kind === 'metric'))
    const parameters = named.filter((record) => record.kind === 'parameter')
    await this.#writeParameters(parameters)
    for (const record of named) {
      if (!isFile(record)) continue
      const refusal = await this.#upload(artifactOf(record))
      if (refusal) rejected.push({ seq: record.seq, ...refusal })
    }
    return { rejected }
  }

  async close({ status, endedAt }: CloseContext): Promise<void> {
    const { client, context, run } = this.#running
    if (context.isReplay) {
      // A run that was resumed from a checkpoint meanwhile is not this one's to end.
      const writer = await tagOf(client, run.id, WRITER_TAG)
      if (writer !== undefined && writer !== context.runId) return
    }
    const ending = { status: ENDINGS[status], end_time: Math.round(endedAt) }
    await client.post('runs/update', { run_id: run.id, ...ending })
  }

  get #running(): OpenRun {
    if (this.#opened) return this.#opened
    throw new LoggerError('permanent', 'The MLflow writer has not been opened.')
  }

  async #writeMetrics(records: readonly MetricRecord[]): Promise<void> {
    const { client, run } = this.#running
    const all = records.map((record) => metricFields(record, this.#settings.prefix))
    for (const metrics of batched(all, LIMITS.metrics)) {
      await client.post('runs/log-batch', { run_id: run.id, metrics })
    }
  }

  async #writeParameters(records: readonly ParameterRecord[]): Promise<void> {
    const { client, run, context } = this.#running
    const all = records.map((record) => parameterFields(record, this.#parameterLimit))
    try {
      for (const params of batched(all, LIMITS.params)) {
        await client.post('runs/log-batch', { run_id: run.id, params })
      }
    } catch (error) {
      const limit = lengthLimit(error)
      if (limit === undefined || limit >= this.#parameterLimit) throw error
      this.#parameterLimit = limit
      return this.#writeParameters(records)
    }
    for (const record of records) {
      const { length } = String(record.value)
      if (length <= SAFE_PARAMETER) continue
      const artifact = parameterArtifact(record)
      const refusal = await this.#upload(artifact)
      const kept = Math.min(length, this.#parameterLimit)
      const what = `The parameter "${record.name}" has ${length} characters`
      const rest = refusal
        ? `the rest is lost: ${refusal.message}`
        : `all of it is in the artifact ${artifact.path}`
      if (refusal || kept < length)
        context.report('warn', `${what}, of which MLflow keeps ${kept}; ${rest}.`)
    }
  }

  /** Uploads a file. @returns why it cannot be, for good */
  async #upload({ path, source }: Artifact): Promise<Omit<Rejection, 'seq'> | undefined> {
    const { client, artifacts } = this.#running
    const fault = faultOfPath(path)
    if (fault !== undefined) return refusal('path', `No artifact "${path}": ${fault}`)
    if (!artifacts.isProxied)
      return refusal('store', `No file arrives: ${artifacts.reason}`)
    try {
      await client.upload(`${artifacts.path}/${path}`, source)
      return undefined
    } catch (error) {
      if (!isLoggerError(error) || error.kind !== 'permanent') throw error
      return refusal(String(error.status), error.message)
    }
  }

  #faultOf(record: WriterRecord): Omit<Rejection, 'seq'> | undefined {
    if (record.kind !== 'metric' && record.kind !== 'parameter') return undefined
    const isMetric = record.kind === 'metric'
    const name = isMetric ? metricName(record, this.#settings.prefix) : record.name
    const fault = faultOfName(name)
    if (fault === undefined) return undefined
    return refusal('name', `MLflow takes no ${record.kind} "${name}": ${fault}`)
  }
}

const refusal = (code: string, message: string) => ({ code, message })

const isFile = (record: WriterRecord): record is FileRecord =>
  !['metric', 'parameter', 'other'].includes(record.kind)

/** The number of characters that a server allows, from the message by which it refuses more. */
function lengthLimit(error: unknown): number | undefined {
  const [, limit] = /length limit of (\d+)/.exec(errorMessage(error) ?? '') ?? []
  return limit === undefined ? undefined : Number(limit)
}
