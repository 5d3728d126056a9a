import { lstat, readdir, readFile } from 'node:fs/promises'
import { basename, dirname, join, relative, sep } from 'node:path'
import type { ProfileView } from '../view-data.js'
import type { Run } from './run.js'
import { spansOf } from './trace.js'

const DEPTH = 7
/** A file that is larger is not read. */
const MAX_BYTES = 128 * 2 ** 20
const MAX_SPANS = 3000
const FILE = /^((?:fit|validate|test|predict)-[\w.-]+?)\.(?:txt|trace\.json)$/
const TRACE = '.trace.json'

/** A profile on its way to a page. */
export interface ProfileContent {
  readonly name: string
  readonly run?: string
  readonly text?: string | undefined
  /** Path of its trace. A killed run leaves nothing else. */
  readonly tracePath?: string | undefined
}

/**
 * What profilers wrote below a folder: reports in words, with the spans of a trace where there is one.
 * One that lies in `profile/<run id>` of the folder of that run is the run's; of others nobody knows.
 */
export async function findProfiles(
  root: string,
  runs: readonly Run[],
): Promise<ProfileView[]> {
  const stems = await stemsIn(root, 0)
  return Promise.all(
    [...stems].sort().map(async (stem) => {
      const run = ownerOf(dirname(stem), runs)
      return profileOf({
        name: run ? basename(stem) : relative(root, stem).split(sep).join('/'),
        ...(run && { run: run.id }),
        text: await textOf(`${stem}.txt`),
        tracePath: stem + TRACE,
      })
    }),
  )
}

/** A profile with the longest spans of its trace, if that can be read. */
export async function profileOf(content: ProfileContent): Promise<ProfileView> {
  const { name, run, text, tracePath } = content
  const trace = tracePath === undefined ? undefined : await textOf(tracePath)
  const { spans = [], omitted = 0 } = (trace && spansOf(trace, MAX_SPANS)) || {}
  return {
    ...{ name, spans, omitted },
    ...(run !== undefined && { run }),
    ...(text !== undefined && { text }),
  }
}

function ownerOf(folder: string, runs: readonly Run[]): Run | undefined {
  return runs.find(
    ({ runId, files }) =>
      runId !== undefined && folder === join(files.folder, 'profile', runId),
  )
}

/** Paths of profiles without what tells their files apart: of files in `profile` or in a folder of it. */
async function stemsIn(folder: string, depth: number): Promise<Set<string>> {
  const found = new Set<string>()
  const isProfile = [folder, dirname(folder)].some((one) => basename(one) === 'profile')
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    const stem = isProfile && entry.isFile() && FILE.exec(entry.name)?.[1]
    if (stem) found.add(join(folder, stem))
    const isOpen = entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name)
    if (!isOpen || depth >= DEPTH) continue
    for (const one of await stemsIn(join(folder, entry.name), depth + 1)) found.add(one)
  }
  return found
}

/** The text of a file; nothing if it is missing, large, or a link to elsewhere. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    const found = await lstat(path)
    const isRead = found.isFile() && found.size <= MAX_BYTES
    return isRead ? await readFile(path, 'utf8') : undefined
  } catch {
    return undefined
  }
}
