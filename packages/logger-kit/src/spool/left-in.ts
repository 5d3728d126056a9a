import { recordsOf } from '../record/entry.js'
import type { RunFolder } from './run-folder.js'
import { Segments } from './segments.js'

/** Records in a folder that are not delivered. Reads all of it. */
export function leftIn(folder: RunFolder): number {
  const all = new Segments(folder.path)
  let count = 0
  for (let found = all.read(); found.length > 0; found = all.read()) {
    for (const { entry } of found) {
      const records = recordsOf(entry, (seq) => folder.acks.done.has(seq))
      count += records.filter(({ seq }) => seq > 0).length
    }
  }
  return count
}
