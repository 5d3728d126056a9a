import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileError } from '@regimen/logger-kit/files'
import {
  type Capabilities,
  type CloseContext,
  LoggerError,
  type LogWriter,
  type OpenContext,
  type OpenResult,
  type Secret,
  type WriterRecord,
} from '@regimen/logger-kit/writer'
import { announce } from '../provenance/announce.js'
import type { CometSettings } from '../settings/comet-settings.js'
import { Archive, finishAllAbandoned } from './archive.js'
import { archived } from './messages.js'

const KINDS = [
  'metric',
  'parameter',
  'text',
  'image',
  'histogram',
  'artifact',
  'graph',
] as const

/** How often a sign of life is given. */
const BEAT_MS = 60_000

/** Writes the archive that `comet upload` takes. */
export class OfflineWriter implements LogWriter {
  readonly capabilities: Capabilities = {
    kinds: KINDS,
    offline: 'native',
    isMixed: true,
    idempotent: KINDS,
  }
  readonly #settings: CometSettings
  readonly #apiKey: Secret | undefined
  #archive: Archive | undefined
  #context: OpenContext | undefined

  /** @param apiKey that must not get into the archive */
  constructor(settings: CometSettings, apiKey?: Secret) {
    this.#settings = settings
    this.#apiKey = apiKey
  }

  async open(context: OpenContext): Promise<OpenResult> {
    const { offlineDir, experimentKey, mode, tags, projectName, workspace } =
      this.#settings
    const key = experimentKey ?? context.runId
    const startedAt = Math.round(context.startedAt)
    this.#context = context
    try {
      const leave = (folder: string, reason: string) =>
        context.report(
          'warn',
          `${folder}, left by a run that was killed, is no archive: ${reason}.`,
        )
      for (const path of await finishAllAbandoned(offlineDir, leave)) {
        context.report(
          'info',
          `A run that was killed left this for Comet: ${upload(path)}`,
        )
      }
      const isAddition = existsSync(join(offlineDir, `${key}.zip`))
      this.#archive ??= await Archive.begin(offlineDir, {
        offline_id: key,
        project_name: projectName,
        workspace: workspace ?? null,
        start_time: startedAt,
        stop_time: startedAt,
        tags,
        resume_strategy:
          experimentKey !== undefined ? mode : isAddition ? 'get' : 'create',
        customer_error_reported: false,
        customer_error_message: null,
      })
    } catch (error) {
      throw fileError(error, `the Comet archive in ${offlineDir}`)
    }
    const isNew = experimentKey === undefined
    const apiKey = this.#apiKey
    await announce(context, this.#settings, { isNew, ...(apiKey && { apiKey }) })
    const name = this.#settings.experimentName ?? key
    return { name, version: key, logDir: offlineDir }
  }

  async write(batch: readonly WriterRecord[]): Promise<void> {
    const newId = () => randomUUID().replaceAll('-', '')
    const { prefix, offlineDir } = this.#settings
    const entries = batch.flatMap((record) => archived(record, { prefix, newId }) ?? [])
    try {
      await this.#opened.append(entries)
    } catch (error) {
      throw fileError(error, `the Comet archive in ${offlineDir}`)
    }
  }

  async heartbeat(): Promise<number> {
    await this.#archive?.touch(Date.now())
    return BEAT_MS
  }

  async close({ status, endedAt }: CloseContext): Promise<void> {
    const archive = this.#archive
    if (!archive) return
    const isFailed = status === 'failed'
    try {
      const path = await archive.finish({
        stop_time: Math.round(endedAt),
        customer_error_reported: isFailed,
        customer_error_message: isFailed ? 'The run failed.' : null,
      })
      this.#archive = undefined
      this.#context?.report(
        'info',
        `The Comet archive is complete. To send it: ${upload(path)}`,
      )
    } catch (error) {
      throw fileError(error, `the Comet archive in ${this.#settings.offlineDir}`)
    }
  }

  get #opened(): Archive {
    if (this.#archive) return this.#archive
    throw new LoggerError('permanent', 'The Comet archive has not been opened.')
  }
}

function upload(path: string): string {
  return `comet upload ${path}`
}
