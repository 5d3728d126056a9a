import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Files } from '../files/write-files.js'
import { WEIGHTS_FILE } from './model-files.js'

/** Removes the weights of a model that was replaced; a file that cannot be removed stays, and does no harm. */
export function removeOldWeights(folder: string, files: Files): void {
  const old = readdirSync(folder).filter(
    (name) => WEIGHTS_FILE.test(name) && !Object.hasOwn(files, name),
  )
  for (const name of old) {
    try {
      rmSync(join(folder, name))
    } catch {}
  }
}
