import { execFile } from 'node:child_process'
import { userInfo } from 'node:os'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { PairFields } from './batches.js'

const run = promisify(execFile)

/**
 * Who trains, with which script and commit, under the names that MLflow shows
 * (mlflow.org/docs/latest, system tags). Arguments of the command line are not sent: they may be
 * keys.
 */
export async function sourceTags(script: string): Promise<PairFields[]> {
  const user = userName()
  const commit = await commitOf(dirname(script))
  return [
    { key: 'mlflow.source.name', value: script },
    { key: 'mlflow.source.type', value: 'LOCAL' },
    ...(user === undefined ? [] : [{ key: 'mlflow.user', value: user }]),
    ...(commit === undefined ? [] : [{ key: 'mlflow.source.git.commit', value: commit }]),
  ]
}

/** Nothing outside of a repository, or where git is not installed. */
async function commitOf(folder: string): Promise<string | undefined> {
  try {
    const options = { cwd: folder, timeout: 5000 }
    const { stdout } = await run('git', ['rev-parse', 'HEAD'], options)
    return stdout.trim()
  } catch {
    return undefined
  }
}

/** A container may run under a user that has no name. */
function userName(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}
