import { lstat, readFile, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Run } from '../library/run.js'
import type { RunDetails } from '../view-data.js'

const IMAGE = /^images\/[^/\\]+\.(png|jpg)$/
/** The largest graph that is shown. */
const MAX_GRAPH = 16 * 2 ** 20

/** What a run has beside its metrics. */
export async function detailsOf(run: Run): Promise<RunDetails> {
  await run.readRecords()
  const path = join(run.files.folder, 'graph.json')
  const found = await lstat(path).catch(() => undefined)
  const isShown = found?.isFile() && found.size <= MAX_GRAPH
  return {
    records: run.log.records,
    ...(isShown && { graph: await readFile(path, 'utf8') }),
  }
}

/** An image of a run. */
export interface ImageContent {
  readonly mime: 'image/png' | 'image/jpeg'
  readonly bytes: Buffer
}

/** The image of a record. @returns nothing if the record has none, or its file is a link or elsewhere */
export async function imageOf(run: Run, seq: number): Promise<ImageContent | undefined> {
  const record = run.log.records.find((one) => one.seq === seq && one.kind === 'image')
  const file = record?.file
  if (typeof file !== 'string' || !IMAGE.test(file)) return undefined
  try {
    const folder = await realpath(run.files.folder)
    const path = await realpath(join(folder, file))
    if (path !== join(folder, file) || !path.startsWith(folder + sep)) return undefined
    const mime = file.endsWith('.png') ? 'image/png' : 'image/jpeg'
    return { mime, bytes: await readFile(path) }
  } catch {
    return undefined
  }
}
