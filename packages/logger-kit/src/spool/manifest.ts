import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '@regimen/core'
import { renameFileSync } from '@regimen/core/files'
import type { RunStatus } from '../writer/log-writer.js'

/** What is known about a run whose records are in a spool: enough to deliver them without the script. */
export interface Manifest {
  readonly format: 1
  readonly runId: string
  readonly id: string
  readonly name: string
  readonly startedAt: number
  /** URL of the module that exports the writer, and its public name. */
  readonly module: string
  readonly package?: string | undefined
  /** The writer's options, without secrets. */
  readonly options: Json
  /** How often the run was opened: keeps what the writer adds apart. */
  readonly opens: number
  /** What the writer keeps. */
  readonly state: Readonly<Record<string, Json>>
  /** Absent where the process was killed. */
  readonly ended?: { readonly status: RunStatus; readonly endedAt: number } | undefined
}

const NAME = 'manifest.json'

/** @returns nothing where there is none, or it is not one */
export function readManifest(folder: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(readFileSync(join(folder, NAME), 'utf8')) as Partial<Manifest>
    return manifest.format === 1 && manifest.runId && manifest.module
      ? (manifest as Manifest)
      : undefined
  } catch {
    return undefined
  }
}

/** Whole or not at all. @throws where the disk is full */
export function writeManifest(folder: string, manifest: Manifest): void {
  const path = join(folder, NAME)
  const next = `${path}.new`
  try {
    writeFileSync(next, `${JSON.stringify(manifest)}\n`, { mode: 0o600 })
    renameFileSync(next, path)
  } catch (thrown) {
    rmSync(next, { force: true })
    throw thrown
  }
}
