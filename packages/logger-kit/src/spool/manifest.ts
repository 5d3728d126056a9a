import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '@regimen/core'
import { renameFileSync } from '@regimen/core/files'
import type { RunStatus } from '../writer/log-writer.js'

/**
 * What is known about a run whose records are in a spool: enough to deliver them without the script.
 * Anybody may have written it, so that it names no code: only a package, which must be installed.
 */
export interface Manifest {
  readonly format: 1
  readonly runId: string
  readonly id: string
  readonly name: string
  readonly startedAt: number
  /** Name of the package that has the writer. */
  readonly package?: string | undefined
  /** The writer's options, without secrets. */
  readonly options: Json
  /** How often the run was opened: keeps what the writer adds apart. */
  readonly opens: number
  /** What the writer keeps. */
  readonly state: Readonly<Record<string, Json>>
  /** Absent if the process was killed. */
  readonly ended?: { readonly status: RunStatus; readonly endedAt: number } | undefined
}

const NAME = 'manifest.json'
const STATUSES: readonly unknown[] = [
  'finished',
  'failed',
  'interrupted',
] satisfies RunStatus[]

/** Whether there is a manifest, sound or not. */
export const hasManifest = (folder: string): boolean => existsSync(join(folder, NAME))

/** Files that a run reads in its folder. */
const READ = /^(manifest\.json|lock|acks|\d{6,}\.jsonl)$/

/**
 * @returns nothing if there is none, it is not one, or a link, a pipe or a device stands in the place of
 * a file of the run: reading it might never end
 */
export function readManifest(folder: string): Manifest | undefined {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    if (entries.some((entry) => READ.test(entry.name) && !entry.isFile()))
      return undefined
    const found: unknown = JSON.parse(readFileSync(join(folder, NAME), 'utf8'))
    return isManifest(found) ? found : undefined
  } catch {
    return undefined
  }
}

/** Whole or not at all. @throws if the disk is full */
export function writeManifest(folder: string, manifest: Manifest): void {
  const path = join(folder, NAME)
  const next = `${path}.new`
  try {
    // A link that stands there would be followed: the file must be a new one.
    rmSync(next, { force: true })
    writeFileSync(next, `${JSON.stringify(manifest)}\n`, { mode: 0o600, flag: 'wx' })
    renameFileSync(next, path)
  } catch (thrown) {
    rmSync(next, { force: true })
    throw thrown
  }
}

function isManifest(found: unknown): found is Manifest {
  if (!isRecord(found)) return false
  const { format, runId, id, name, startedAt, opens, options, state, ended } = found
  const areTexts = [runId, id, name].every((one) => typeof one === 'string' && one !== '')
  const areNumbers = isCount(opens) && Number.isFinite(startedAt)
  const isNamed = found.package === undefined || typeof found.package === 'string'
  const areSettings = options !== undefined && isRecord(state)
  return format === 1 && areTexts && areNumbers && isNamed && areSettings && isEnd(ended)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isCount = (value: unknown): boolean =>
  Number.isSafeInteger(value) && Number(value) >= 0

const isEnd = (ended: unknown): boolean =>
  ended === undefined ||
  (isRecord(ended) && STATUSES.includes(ended.status) && Number.isFinite(ended.endedAt))
