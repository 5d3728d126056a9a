import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** Where the files of a run are. */
export interface RunFiles {
  /** Path of the folder below the root, with `/`; `#2` after it for the second run in one folder. */
  readonly id: string
  /** Absolute path of the folder. */
  readonly folder: string
  /** What comes before the extension of each file: empty, or `-2`. */
  readonly suffix: string
}

/** A folder or file that is left out, and why. */
export interface Skipped {
  readonly path: string
  readonly reason: string
}

/** What was found below a folder. */
export interface FoundRuns {
  readonly runs: readonly RunFiles[]
  readonly skipped: readonly Skipped[]
  /** Folders with checkpoints in them. */
  readonly checkpoints: readonly { readonly id: string; readonly folder: string }[]
}

/** Folders below the root that are looked into. */
const DEPTH = 6
const TABLE = /^metrics(-\d+)?\.csv$/
const CHECKPOINT = '.safetensors'
const IGNORED = new Set(['node_modules', 'images'])

/**
 * Finds the runs that `@regimen/logger-csv` wrote below a folder: wherever a `metrics.csv` is. A link is
 * not followed, and a folder that cannot be read is named.
 */
export async function findRuns(root: string): Promise<FoundRuns> {
  const runs: RunFiles[] = []
  const skipped: Skipped[] = []
  const checkpoints: { id: string; folder: string }[] = []
  await visit(root, 0)
  const order = new Intl.Collator('en', { numeric: true })
  runs.sort((one, other) => order.compare(one.id, other.id))
  return { runs, skipped, checkpoints }

  async function visit(folder: string, depth: number): Promise<void> {
    const path = relative(root, folder).split(sep).join('/') || '.'
    const entries = await entriesOf(folder, path)
    if (entries.some((entry) => entry.isFile() && entry.name.endsWith(CHECKPOINT)))
      checkpoints.push({ id: path, folder })
    for (const entry of entries) {
      const { name } = entry
      if (entry.isSymbolicLink()) {
        if (TABLE.test(name))
          skipped.push({ path: `${path}/${name}`, reason: 'is a link' })
        continue
      }
      if (entry.isDirectory()) {
        const isIgnored = IGNORED.has(name) || name.startsWith('.')
        if (!isIgnored && depth < DEPTH) await visit(join(folder, name), depth + 1)
        continue
      }
      const suffix = TABLE.exec(name)?.[1] ?? ''
      if (!entry.isFile() || !TABLE.test(name)) continue
      const id = suffix === '' ? path : `${path}#${suffix.slice(1)}`
      runs.push({ id, folder, suffix })
    }
  }

  async function entriesOf(folder: string, path: string): Promise<Dirent[]> {
    try {
      return await readdir(folder, { withFileTypes: true })
    } catch (thrown) {
      if (depthOf(path) === 0) throw thrown
      skipped.push({ path, reason: String((thrown as NodeJS.ErrnoException).code) })
      return []
    }
  }
}

const depthOf = (path: string): number => (path === '.' ? 0 : path.split('/').length)
