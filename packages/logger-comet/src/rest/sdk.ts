import type { WriterRecord } from '@regimen/logger-kit/writer'
import { isLoggerError } from '@regimen/logger-kit/writer'
import { wantedName } from '../provenance/announce.js'
import { SDK_CODE, sdkCode } from './client.js'
import type { Experiment, Opening } from './experiment.js'
import { creating, pendingCreate } from './experiment.js'
import type { RequestContext } from './record-request.js'
import type { CometRequest } from './request.js'
import { metricFields, parameterFields } from './values.js'

const LIBRARY = 'regimen'

interface Handshake {
  readonly focusUrl: string
  readonly name?: string
}

/**
 * Makes or finds an experiment with a key of our choice by the API of Comet's Python SDK. May be
 * repeated: if the answer to an earlier try was lost, that the key exists says it succeeded.
 *
 * @throws LoggerError
 */
export async function openBySdk(opening: Opening): Promise<Experiment> {
  const { client, context, settings } = opening
  const { mode, experimentKey, workspace, projectName } = settings
  const { state, runId } = context
  const key = experimentKey ?? runId
  const name = wantedName(context, settings)
  const ask = (path: string, fields: object) => {
    const common = {
      apiKey: client.apiKey.reveal(),
      local_timestamp: Math.round(context.now()),
    }
    return client.ask<Handshake>(
      sdkRequest(path, { ...common, ...fields, libVersion: LIBRARY }),
    )
  }
  const resume = () => ask('logger/get/run', { previousExperiment: key })
  const create = () =>
    ask('logger/add/run', {
      experimentKey: key,
      offline: false,
      projectName,
      ...(workspace !== undefined && { teamName: workspace }),
    })
  const mayExist = mode === 'get_or_create' || pendingCreate(state) !== undefined
  const createOrResume = async () => {
    try {
      return await creating(state, { name, since: context.now() }, create)
    } catch (error) {
      if (sdkCode(error) === SDK_CODE.experimentExists && mayExist) return resume()
      throw error
    }
  }
  const answer = mode === 'get' ? await resume() : await createOrResume()
  const startedAt = experimentKey === undefined ? context.startedAt : null
  return {
    key,
    name: answer.name ?? name,
    url: answer.focusUrl,
    startedAt,
    hasBatches: true,
  }
}

/** Whether the server has no such API, or not for us any more. */
export function isSdkGone(error: unknown): boolean {
  if (!isLoggerError(error)) return false
  const { status = 0 } = error
  return [404, 405, 410].includes(status) || sdkCode(error) === SDK_CODE.obsoleteSdk
}

/** Values of one kind in one request, packed with gzip. */
export function batchRequest(
  records: readonly WriterRecord[],
  { experimentKey, prefix }: RequestContext,
): CometRequest {
  const values = records.map((record) => valueFields(record, prefix))
  const kind = records[0]?.kind === 'parameter' ? 'parameter' : 'metric'
  const request = sdkRequest(`batch/logger/experiment/${kind}`, { experimentKey, values })
  return { ...request, isGzipped: true }
}

function valueFields(record: WriterRecord, prefix: string | undefined): object {
  if (record.kind === 'metric') return metricFields(record, prefix)
  if (record.kind !== 'parameter') return {}
  return { ...parameterFields(record), step: record.step, source: 'manual' }
}

function sdkRequest(name: string, json: object): CometRequest {
  return { method: 'POST', path: `/clientlib/${name}`, json }
}
