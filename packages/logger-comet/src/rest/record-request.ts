import {
  isLoggerError,
  LoggerError,
  type Rejection,
  type WriteResult,
  type WriterRecord,
} from '@regimen/logger-kit/writer'
import type { Extra } from '../provenance/extra.js'
import { assetOf, assetQuery } from './assets.js'
import { type CometClient, sdkCode } from './client.js'
import { type CometRequest, uploadRequest, writeRequest } from './request.js'
import { metricFields, parameterFields } from './values.js'

/** What is the same for all records of a run. */
export interface RequestContext {
  readonly experimentKey: string
  readonly prefix: string | undefined
}

/** The one request of the REST API that delivers a record. */
export function recordRequest(
  record: WriterRecord,
  context: RequestContext,
): CometRequest {
  const { experimentKey, prefix } = context
  const { kind } = record
  const timestamp = Math.round(record.time)
  if (kind === 'metric') {
    return writeRequest('metric', { experimentKey, ...metricFields(record, prefix) })
  }
  if (kind === 'parameter') {
    return writeRequest('parameter', { experimentKey, ...parameterFields(record) })
  }
  if (kind === 'graph')
    return writeRequest('graph', { experimentKey, graph: record.body })
  if (kind === 'other')
    return extraRequest(record.value as unknown as Extra, context, timestamp)
  if (kind === 'text' && record.format === 'html') {
    const html = { html: record.text, override: false }
    return writeRequest('html', { experimentKey, ...html, timestamp })
  }
  const asset = assetOf(record)
  return uploadRequest(
    'upload-asset',
    { experimentKey, ...assetQuery(asset) },
    asset.upload,
  )
}

function extraRequest(
  extra: Extra,
  { experimentKey }: RequestContext,
  timestamp: number,
): CometRequest {
  if (extra.endpoint === 'git/patch') {
    const upload = { fileName: 'git.patch', source: { text: extra.patch } }
    return uploadRequest(extra.endpoint, { experimentKey }, upload)
  }
  const request = writeRequest(extra.endpoint, {
    experimentKey,
    ...extra.fields,
    timestamp,
  })
  return extra.endpoint === 'dependencies' ? { ...request, method: 'PUT' } : request
}

/**
 * One request per record. What Comet refuses for good is rejected by itself; what was delivered
 * before a failure is not sent again.
 *
 * @throws LoggerError with what is `done`
 */
export async function writeEach(
  batch: readonly WriterRecord[],
  client: CometClient,
  context: RequestContext,
): Promise<WriteResult> {
  const done: number[] = []
  const rejected: Rejection[] = []
  for (const record of batch) {
    try {
      await client.send(recordRequest(record, context))
      done.push(record.seq)
    } catch (error) {
      if (!isPermanent(error)) throw withDone(error, done)
      const code = String(sdkCode(error) ?? error.status ?? 'unknown')
      rejected.push({ seq: record.seq, code, message: error.message })
    }
  }
  return { rejected }
}

/** Whether trying again is of no use. */
function isPermanent(error: unknown): error is LoggerError {
  return isLoggerError(error) && error.kind === 'permanent'
}

function withDone(error: unknown, done: readonly number[]): unknown {
  if (!isLoggerError(error) || done.length === 0) return error
  const { kind, message, status, retryAfterMs, isAmbiguous, body, cause } = error
  return new LoggerError(kind, message, {
    status,
    retryAfterMs,
    isAmbiguous,
    body,
    done,
    cause,
  })
}
