import { basename, extname } from 'node:path'
import type { Json } from '@regimen/core'
import type { WriterRecord } from '@regimen/logger-kit/writer'
import type { Extra } from '../provenance/extra.js'
import { type Asset, assetOf } from '../rest/assets.js'
import type { Upload } from '../rest/request.js'
import { metricFields, parameterFields } from '../rest/values.js'

/** One line of `messages.json` in Comet's offline archive. */
export interface Message {
  readonly type: string
  readonly payload: Readonly<Record<string, unknown>>
}

/** What a record becomes in the archive: a line, and the file that the line names. */
export interface Archived {
  readonly message: Message
  /** Stored in the archive under this name. */
  readonly file?: { readonly name: string; readonly source: Upload['source'] }
}

/** What lines need beside the record. */
export interface MessageOptions {
  readonly prefix: string | undefined
  /** Makes ids of assets: 32 hex digits. */
  readonly newId: () => string
}

/**
 * The line of a record: exactly the fields that Comet's own clients write, since others may be
 * refused.
 */
export function archived(
  record: WriterRecord,
  { prefix, newId }: MessageOptions,
): Archived | undefined {
  const { kind } = record
  const local_timestamp = Math.round(record.time)
  if (kind === 'metric') {
    const { context, metricName, metricValue, step, epoch } = metricFields(record, prefix)
    const metric = { metricName, metricValue, step, epoch }
    return line('metric_msg', { context, local_timestamp, metric })
  }
  if (kind === 'parameter') {
    const { parameterName: paramName, parameterValue: paramValue } =
      parameterFields(record)
    const param = { paramName, paramValue, step: record.step, source: 'manual' }
    return line('parameter_msg', { local_timestamp, param })
  }
  if (kind === 'graph') return line('graph', { graph: record.body })
  if (kind === 'text' && record.format === 'html')
    return line('html', { html: record.text })
  if (kind === 'other')
    return extraLine(record.value as unknown as Extra, local_timestamp, newId)
  const { type, step, groupingName, upload } = assetOf(record)
  return uploadLine(
    { type, step, upload, ...(groupingName && { groupingName }) },
    newId(),
    record,
  )
}

function extraLine(
  extra: Extra,
  local_timestamp: number,
  newId: () => string,
): Archived | undefined {
  const stamp = { time: local_timestamp }
  if (extra.endpoint === 'git/patch') {
    const upload = { fileName: 'git.patch', source: { text: extra.patch } }
    return uploadLine({ type: 'git-patch', upload }, newId(), stamp)
  }
  const { endpoint, fields } = extra
  if (endpoint === 'log-other') return line('log_other', { ...fields, local_timestamp })
  if (endpoint === 'git/metadata')
    return line('git_metadata', { git_metadata: gitFields(fields) })
  if (endpoint === 'system-details') return line('system_details', systemFields(fields))
  if (endpoint !== 'code') return undefined
  const upload = { fileName: 'script', source: { text: String(fields.code) } }
  return uploadLine({ type: 'source_code', upload }, newId(), stamp)
}

type Fields = Readonly<Record<string, Json>>

function gitFields({
  user = '',
  root = '',
  branch = '',
  parent = '',
  origin = '',
}: Fields) {
  const repo_name = basename(String(root))
  return { branch, origin, parent, repo_name, root, status: '', user }
}

function systemFields(fields: Fields) {
  const { command, hostname, machine, os, osRelease, osType, pid, processor, user } =
    fields
  const node = `Node.js ${process.version}`
  return {
    command,
    env: {},
    hostname,
    ip: '',
    machine,
    os,
    os_release: osRelease,
    os_type: osType,
    pid,
    processor,
    python_exe: fields.executable,
    python_version: node,
    python_version_verbose: node,
    user,
  }
}

type Filed = Pick<Asset, 'upload'> &
  Partial<Pick<Asset, 'step' | 'groupingName'>> & { readonly type: string }

function uploadLine(
  { type, step = 0, groupingName, upload }: Filed,
  assetId: string,
  { time }: { readonly time: number },
): Archived {
  const ending = extname(upload.fileName)
  const name = `${assetId}${ending}`
  const additional_params = {
    assetId,
    context: null,
    extension: ending.slice(1) || null,
    fileName: upload.fileName,
    overwrite: false,
    runId: null,
    step,
    type,
    ...(groupingName !== undefined && { groupingName }),
  }
  const payload = {
    file_path: name,
    upload_type: type,
    additional_params,
    metadata: upload.metadata ?? null,
    clean: true,
    local_timestamp: Math.round(time),
  }
  return {
    message: { type: 'file_upload', payload },
    file: { name, source: upload.source },
  }
}

function line(type: string, payload: Message['payload']): Archived {
  return { message: { type, payload } }
}
