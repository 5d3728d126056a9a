import { readdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { systemClock } from '../clock.js'
import { deliverFolder, NotDelivered, writerFor } from '../delivery/deliver-folder.js'
import { systemPlatform } from '../delivery/delivery.js'
import type { KeyBinding } from '../delivery/key-binding.js'
import { type Counts, noCounts } from '../delivery/report.js'
import { originOf } from '../http/address.js'
import { Redactor } from '../http/redactor.js'
import { RateLimiter } from '../pump/rate-limiter.js'
import { hasManifest, type Manifest } from '../spool/manifest.js'
import {
  describeHolder,
  RunFolder,
  runFoldersIn,
  undeliveredIn,
} from '../spool/run-folder.js'
import type { WriterFactory } from '../writer/log-writer.js'
import { messageOf } from '../writer/logger-error.js'
import { secretsOf } from '../writer/secret.js'
import { findWriter } from './find-writer.js'

/** How many folders deep spools are looked for. */
const DEEPEST = 6

/** Options of {@link syncRuns}. */
export interface SyncOptions {
  /** Folder of the project, as seen from which loggers are installed. Default: the current one. */
  readonly from?: string
  /** Writers of loggers that are in no package, by the logger's name. Default: none. */
  readonly writers?: Readonly<Record<string, WriterFactory<never>>>
  /** How long each run may take. Default: as long as the service answers. */
  readonly deadlineMs?: number
  /** Ends it early; what is left waits on. */
  readonly signal?: AbortSignal
  /** A line for a person about one run. */
  readonly report?: (level: 'info' | 'warn', message: string) => void
}

/**
 * What became of one run. `busy`: another process has it. `left`: it is for another address than the
 * key is for; nothing was sent. `failed`: its logger cannot be used; nothing of it was run.
 */
export interface SyncedRun {
  /** Id of the logger. */
  readonly id: string
  readonly runId: string
  readonly folder: string
  readonly outcome: 'delivered' | 'partly' | 'busy' | 'left' | 'failed'
  /** `spooled` is what is left. */
  readonly counts: Counts
  /** Why it is busy, left or failed. */
  readonly reason?: string
}

/**
 * Delivers what runs have left in the spools below a folder: after an outage, a kill, or limits that
 * held records back. Needs neither the training script nor its config; keys come from where the
 * logger looks for them, such as the environment, and go only to the address that is found there.
 * A spool is data: of what it says, no code is loaded but that of an installed logger, by name.
 */
export async function syncRuns(
  folder: string,
  options: SyncOptions = {},
): Promise<SyncedRun[]> {
  const limiters = new Map<string, RateLimiter>()
  const results: SyncedRun[] = []
  // The kit's timers keep no process alive; work that is asked for must.
  const alive = setInterval(() => undefined, 1000)
  try {
    for (const path of findRuns(resolve(folder))) {
      if (options.signal?.aborted) break
      const result = await syncRun(path, options, limiters)
      if (result) results.push(result)
    }
  } finally {
    clearInterval(alive)
  }
  return results
}

async function syncRun(
  path: string,
  options: SyncOptions,
  limiters: Map<string, RateLimiter>,
): Promise<SyncedRun | undefined> {
  const folder = RunFolder.reopen(path)
  const [runId = '', id = ''] = path.split(/[\\/]/).reverse()
  const place = { id, runId, folder: path, counts: noCounts() }
  if (!folder && !hasManifest(path)) return undefined
  if (!folder) {
    const reason =
      'its manifest.json is damaged, or something that is no file stands for one'
    return { ...place, outcome: 'failed', reason }
  }
  if (!(folder instanceof RunFolder)) {
    const reason = `in use by ${describeHolder(folder.holder)}`
    return { ...place, outcome: 'busy', reason }
  }
  const rootDir = dirname(dirname(dirname(path)))
  const { from = process.cwd(), writers = {} } = options
  try {
    const factory = await findWriter(folder.manifest, { from, writers, rootDir })
    return { ...place, ...(await deliver(folder, factory, options, limiters)) }
  } catch (thrown) {
    folder.close()
    const reason = messageOf(thrown).replace(/\.$/, '')
    const counts = { ...noCounts(), spooled: undeliveredIn(path) }
    const isForeign = thrown instanceof NotDelivered && thrown.origin !== undefined
    return { ...place, outcome: isForeign ? 'left' : 'failed', counts, reason }
  }
}

/** Keys as they are found now, for the address that is found with them: not one that a spool names. */
function foundKeys(factory: WriterFactory<never>, { options }: Manifest): KeyBinding {
  const { values = {}, address } = factory.secrets?.(options as never) ?? {}
  const isFound = (entry: [string, string | undefined]): entry is [string, string] =>
    entry[1] !== undefined
  const found = Object.entries(values).filter(isFound)
  const origin = address === undefined ? undefined : originOf(address)
  return { secrets: secretsOf(Object.fromEntries(found)), origin }
}

async function deliver(
  folder: RunFolder,
  factory: WriterFactory<never>,
  options: SyncOptions,
  limiters: Map<string, RateLimiter>,
): Promise<Pick<SyncedRun, 'outcome' | 'counts'>> {
  const { manifest } = folder
  const keys = foundKeys(factory, manifest)
  const { secrets } = keys
  const { rates } = writerFor(factory, manifest.options, keys).writer.capabilities
  const service = `${manifest.name} ${JSON.stringify(rates)}`
  const rateLimiter = limiters.get(service) ?? new RateLimiter(rates, systemClock)
  limiters.set(service, rateLimiter)
  const { delivery, finish } = deliverFolder(folder, {
    ...systemPlatform(),
    ...{ factory, keys, rateLimiter },
    redactor: new Redactor(Object.values(secrets)),
    maxQueue: 10_000,
    backPressure: 'coalesce',
    host: {
      report: (level, message) => options.report?.(level, `${manifest.id}: ${message}`),
    },
  })
  const { deadlineMs = Number.POSITIVE_INFINITY, signal } = options
  const stop = () => void delivery.stop()
  signal?.addEventListener('abort', stop)
  const isComplete = await finish(systemClock.now() + deadlineMs)
  signal?.removeEventListener('abort', stop)
  return { outcome: isComplete ? 'delivered' : 'partly', counts: delivery.counts }
}

/** The folders of all runs that wait in any spool below a folder, by logger, oldest first. */
function findRuns(folder: string): string[] {
  return spoolsBelow(folder, 0).flatMap((spool) => foldersIn(spool).flatMap(runFoldersIn))
}

function spoolsBelow(folder: string, depth: number): string[] {
  const found: string[] = []
  for (const path of foldersIn(folder)) {
    const name = path.slice(folder.length + 1)
    if (name === '.spool') found.push(path)
    else if (depth < DEEPEST && name !== 'node_modules' && name !== '.git') {
      found.push(...spoolsBelow(path, depth + 1))
    }
  }
  return found
}

/** Folders in a folder, by name; none if it cannot be read. */
function foldersIn(folder: string): string[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true })
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name)
    return names.sort().map((name) => join(folder, name))
  } catch {
    return []
  }
}
