import { chmodSync, existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Json } from '@regimen/core'
import { makeFolder } from '@regimen/core/files'
import { recordsOf } from '../record/entry.js'
import type { Queued } from '../record/record-queue.js'
import type { RunStatus } from '../writer/log-writer.js'
import { Acks } from './acks.js'
import { adoptJournal } from './journal.js'
import { type Holder, Lock } from './lock.js'
import { type Manifest, readManifest, writeManifest } from './manifest.js'
import { Segments } from './segments.js'

/** The folder of all runs of one logger that wait to be delivered. */
export const spoolOf = (rootDir: string, id: string): string =>
  join(rootDir, '.spool', id)

/** Where the files of a run's images and artifacts wait. */
export const filesOf = (rootDir: string, id: string, runId: string): string =>
  join(spoolOf(rootDir, id), runId, 'files')

/** The lock of a run's folder. */
export const lockOf = ({
  rootDir,
  id,
  runId,
}: Record<'rootDir' | 'id' | 'runId', string>): string =>
  join(spoolOf(rootDir, id), runId, 'lock')

/** A run's folder in the spool, held by this process alone. Only its owner can read it. */
export class RunFolder {
  readonly path: string
  readonly segments: Segments
  readonly acks: Acks
  readonly #lock: Lock
  #manifest: Manifest

  private constructor(path: string, lock: Lock, manifest: Manifest) {
    this.path = path
    this.#lock = lock
    this.#manifest = manifest
    this.segments = new Segments(path)
    this.acks = new Acks(join(path, 'acks'))
  }

  /** A new run's folder, or that of a run that is resumed. @throws if it cannot be written */
  static begin(path: string, manifest: Omit<Manifest, 'opens'>): RunFolder {
    makeFolder(path, { mode: 0o700 })
    for (const folder of [path, dirname(path)]) chmodSync(folder, 0o700)
    const taken = Lock.take(join(path, 'lock'))
    if (!('lock' in taken))
      throw new Error(`${path} is in use by ${describeHolder(taken.holder)}`)
    try {
      const opens = (readManifest(path)?.opens ?? 0) + 1
      const folder = new RunFolder(path, taken.lock, { ...manifest, opens })
      writeManifest(path, folder.#manifest)
      return folder
    } catch (thrown) {
      taken.lock.release()
      throw thrown
    }
  }

  /** A folder that a run left behind; who has it, or nothing if it is no run's. */
  static reopen(
    path: string,
  ): RunFolder | { readonly holder: Holder | undefined } | undefined {
    if (!readManifest(path)) return undefined
    const taken = Lock.take(join(path, 'lock'))
    if (!('lock' in taken)) return taken
    const found = readManifest(path)
    if (!found) {
      taken.lock.release()
      return undefined
    }
    const folder = new RunFolder(path, taken.lock, { ...found, opens: found.opens + 1 })
    folder.#save({})
    adoptJournal(path, folder.segments, folder.acks)
    return folder
  }

  get manifest(): Manifest {
    return this.#manifest
  }

  /** Keeps something for the writer. */
  setState(key: string, value: Json): void {
    this.#save({ state: { ...this.#manifest.state, [key]: value } })
  }

  /** Says how the run ended, for whoever delivers it. */
  end(status: RunStatus, endedAt: number): void {
    this.#save({ ended: { status, endedAt } })
  }

  /** Remembers that records in the spool need nothing more. @throws if the disk is full */
  settle(stored: readonly Queued[]): void {
    for (const { segment } of stored) {
      if (segment !== undefined) this.segments.release(segment, 1)
    }
    this.acks.add(stored.map(({ record }) => record.seq))
  }

  touch(): void {
    this.#lock.touch()
  }

  /** Leaves what is there to others. */
  close(): void {
    this.segments.close()
    this.acks.close()
    this.#lock.release()
  }

  /** Everything is delivered. */
  remove(): void {
    this.segments.close()
    this.acks.close()
    rmSync(this.path, { recursive: true, force: true })
    for (const folder of [dirname(this.path), dirname(dirname(this.path))])
      removeIfEmpty(folder)
  }

  #save(change: Partial<Manifest>): void {
    this.#manifest = { ...this.#manifest, ...change }
    writeManifest(this.path, this.#manifest)
  }
}

/** The folders of all runs in a logger's spool, oldest first by when they were made. */
export function runFoldersIn(spool: string): string[] {
  if (!existsSync(spool)) return []
  const folders = readdirSync(spool, { withFileTypes: true }).filter((one) =>
    one.isDirectory(),
  )
  return folders
    .map(({ name }) => join(spool, name))
    .sort((a, b) => (readManifest(a)?.startedAt ?? 0) - (readManifest(b)?.startedAt ?? 0))
}

/** A process, for a message. */
export const describeHolder = (holder: Holder | undefined): string =>
  holder ? `process ${holder.pid} on ${holder.host}` : 'another process'

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder)
  } catch {
    // Other runs or loggers wait there too.
  }
}

/** Records in a run's folder that are not delivered. Reads all of it, and changes nothing. */
export function undeliveredIn(path: string): number {
  const { done } = new Acks(join(path, 'acks'))
  const all = new Segments(path)
  let count = 0
  for (let found = all.read(); found.length > 0; found = all.read()) {
    for (const { entry } of found) {
      const records = recordsOf(entry, (seq) => done.has(seq))
      count += records.filter(({ seq }) => seq > 0).length
    }
  }
  return count
}
