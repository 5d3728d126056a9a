import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach } from 'vitest'

const made: string[] = []
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true })
})

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'regimen-checkpoint-'))
  made.push(folder)
  return folder
}

/** Names of the checkpoints in a folder, without ending; the labels at the end. */
export function checkpointsIn(folder: string, ending = '.safetensors'): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(ending))
  return names.map((name) => name.slice(0, -ending.length)).sort()
}
