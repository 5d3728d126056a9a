import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import type { ProfileView } from '../view-data.js'
import { spansOf } from './trace.js'

const DEPTH = 4
/** A trace that is larger is not read. */
const MAX_BYTES = 128 * 2 ** 20
const MAX_SPANS = 3000
const REPORT = /^(?:fit|validate|test|predict)-[\w-]+\.txt$/

/** What profilers wrote below a folder: reports in words, with the spans of a trace where there is one. */
export async function findProfiles(root: string, depth = 0): Promise<ProfileView[]> {
  return profilesIn(root, root, depth)
}

async function profilesIn(
  folder: string,
  root: string,
  depth: number,
): Promise<ProfileView[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  const found: ProfileView[] = []
  for (const entry of entries) {
    const path = join(folder, entry.name)
    const isProfile = folder.split(sep).at(-1) === 'profile' && REPORT.test(entry.name)
    if (entry.isFile() && isProfile) found.push(await profileOf(path, root))
    const isOpen = entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name)
    if (isOpen && depth < DEPTH) found.push(...(await profilesIn(path, root, depth + 1)))
  }
  return found
}

async function profileOf(path: string, root: string): Promise<ProfileView> {
  const name = relative(root, path)
    .split(sep)
    .join('/')
    .replace(/\.txt$/, '')
  const text = await textOf(path)
  const trace = await textOf(path.replace(/\.txt$/, '.trace.json'))
  const { spans = [], omitted = 0 } = (trace && spansOf(trace, MAX_SPANS)) || {}
  return { name, spans, omitted, ...(text !== undefined && { text }) }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return (await stat(path)).size > MAX_BYTES ? undefined : await readFile(path, 'utf8')
  } catch {
    return undefined
  }
}
