import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { systemClock } from '../clock.js'
import { secretsOf } from '../delivery/courier.js'
import { deliverFolder } from '../delivery/deliver-folder.js'
import { Redactor } from '../http/redactor.js'
import { type Counts, noCounts } from '../pump/counters.js'
import { Pacer } from '../pump/pacer.js'
import { defaultRetry } from '../pump/retry.js'
import type { Manifest } from '../spool/manifest.js'
import { describeHolder, RunFolder } from '../spool/run-folder.js'
import { loadWriter } from '../worker/load-writer.js'
import type { WriterFactory } from '../writer/log-writer.js'
import { findRuns } from './find-spools.js'

/** How {@link syncRuns} goes about it. */
export interface SyncOptions {
  /** Folder of the project, as seen from which loggers are installed. Default: the current one. */
  readonly from?: string
  /** How long each run may take. Default: as long as the service answers. */
  readonly deadlineMs?: number
  /** Ends it early; what is left waits on. */
  readonly signal?: AbortSignal
  /** A line for a person about one run. */
  readonly report?: (level: 'info' | 'warn', message: string) => void
}

/** What became of one run. `busy`: another process has it. */
export interface SyncedRun {
  /** Id of the logger. */
  readonly id: string
  readonly runId: string
  readonly folder: string
  readonly outcome: 'delivered' | 'partly' | 'busy' | 'failed'
  /** `spooled` is what is left. */
  readonly counts: Counts
  /** Why it is busy or failed. */
  readonly reason?: string
}

/**
 * Delivers what runs have left in the spools below a folder: after an outage, a kill, or limits that
 * held records back. Needs neither the training script nor its config; keys come from where the
 * logger looks for them, such as the environment.
 */
export async function syncRuns(folder: string, options: SyncOptions = {}): Promise<SyncedRun[]> {
  const pacers = new Map<string, Pacer>()
  const results: SyncedRun[] = []
  // The kit's timers keep no process alive; work that is asked for must.
  const alive = setInterval(() => undefined, 1000)
  try {
    for (const path of findRuns(resolve(folder))) {
      if (options.signal?.aborted) break
      const result = await syncRun(path, options, pacers)
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
  pacers: Map<string, Pacer>,
): Promise<SyncedRun | undefined> {
  const folder = RunFolder.reopen(path)
  if (!folder) return undefined
  if (!(folder instanceof RunFolder)) {
    const reason = `in use by ${describeHolder(folder.holder)}`
    const [runId = '', id = ''] = path.split(/[\\/]/).reverse()
    return { id, runId, folder: path, outcome: 'busy', counts: noCounts(), reason }
  }
  const { id, runId } = folder.manifest
  const known = { id, runId, folder: path }
  try {
    const factory = await findWriter(folder.manifest, options.from ?? process.cwd())
    return { ...known, ...(await deliver(folder, factory, options, pacers)) }
  } catch (thrown) {
    folder.close()
    const reason = thrown instanceof Error ? thrown.message : String(thrown)
    return { ...known, outcome: 'failed', counts: noCounts(), reason }
  }
}

async function deliver(
  folder: RunFolder,
  factory: WriterFactory<never>,
  options: SyncOptions,
  pacers: Map<string, Pacer>,
): Promise<Pick<SyncedRun, 'outcome' | 'counts'>> {
  const { manifest } = folder
  const found = Object.entries(factory.secrets?.(manifest.options as never) ?? {})
  const given = found.filter((one): one is [string, string] => one[1] !== undefined)
  const secrets = secretsOf(Object.fromEntries(given))
  const { rates } = factory.create(manifest.options as never, { secrets }).capabilities
  const service = `${manifest.module} ${JSON.stringify(rates)}`
  const pacer = pacers.get(service) ?? new Pacer(rates, systemClock)
  pacers.set(service, pacer)
  const { delivery, finish } = deliverFolder(folder, {
    ...{ factory, secrets, pacer, clock: systemClock, retry: defaultRetry, random: Math.random },
    environment: process.env,
    redactor: new Redactor(Object.values(secrets)),
    maxQueue: 10_000,
    backPressure: 'coalesce',
    host: { report: (level, message) => options.report?.(level, `${manifest.id}: ${message}`) },
  })
  const { deadlineMs = Number.POSITIVE_INFINITY, signal } = options
  const stop = () => void delivery.stop()
  signal?.addEventListener('abort', stop)
  const isComplete = await finish(systemClock.now() + deadlineMs)
  signal?.removeEventListener('abort', stop)
  return { outcome: isComplete ? 'delivered' : 'partly', counts: delivery.counts }
}

/** By its public name as the project has it installed, else where the run found it. */
async function findWriter(
  { module, package: name }: Manifest,
  from: string,
): Promise<WriterFactory<never>> {
  const installed = name === undefined ? undefined : await resolvePackage(name, from)
  if (installed !== undefined) return loadWriter(installed)
  const path = fileURLToPath(module)
  if (existsSync(path) || existsSync(path.replace(/\.js$/, '.ts'))) return loadWriter(module)
  const missing = name ?? path
  throw new Error(
    `its logger, ${missing}, is not installed, as seen from ${from}. Install it there`,
  )
}

async function resolvePackage(name: string, from: string): Promise<string | undefined> {
  const { createJiti } = await import('jiti')
  const jiti = createJiti(pathToFileURL(join(from, 'noop.js')).href, { fsCache: false })
  return jiti.esmResolve(name, { try: true })
}
