import type { WriterRecord } from '@regimen/logger-kit/writer'
import type { Extra } from '../about/extras.js'
import { assetOf, assetQuery } from './assets.js'
import { type CometRequest, uploadRequest, writeRequest } from './request.js'
import { metricFields, parameterFields } from './values.js'

/** What is the same for all records of a run. */
export interface RequestContext {
  readonly experimentKey: string
  readonly prefix: string | undefined
}

/** The one request of the REST API that delivers a record. */
export function recordRequest(record: WriterRecord, context: RequestContext): CometRequest {
  const { experimentKey, prefix } = context
  const { kind } = record
  const timestamp = Math.round(record.time)
  if (kind === 'metric') {
    return writeRequest('metric', { experimentKey, ...metricFields(record, prefix) })
  }
  if (kind === 'parameter') {
    return writeRequest('parameter', { experimentKey, ...parameterFields(record) })
  }
  if (kind === 'graph') return writeRequest('graph', { experimentKey, graph: record.body })
  if (kind === 'other') return extraRequest(record.value as unknown as Extra, context, timestamp)
  if (kind === 'text' && record.format === 'html') {
    const html = { html: record.text, override: false }
    return writeRequest('html', { experimentKey, ...html, timestamp })
  }
  const asset = assetOf(record)
  return uploadRequest('upload-asset', { experimentKey, ...assetQuery(asset) }, asset.upload)
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
  const request = writeRequest(extra.endpoint, { experimentKey, ...extra.fields, timestamp })
  return extra.endpoint === 'dependencies' ? { ...request, method: 'PUT' } : request
}
