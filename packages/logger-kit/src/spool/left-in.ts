import { join } from 'node:path'
import { recordsOf } from '../record/entry.js'
import { Acks } from './acks.js'
import { Segments } from './segments.js'

/** Records in a run's folder that are not delivered. Reads all of it, and changes nothing. */
export function leftIn(path: string): number {
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
