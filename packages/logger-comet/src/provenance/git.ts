import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Extra } from './extra.js'

const run = promisify(execFile)
/** Uncommitted changes beyond this are not sent: they would hold up everything else. */
const LARGEST_PATCH = 2 ** 20

/** The git state of a folder: nothing if it is in no repository or git is not installed. */
export async function gitState(folder: string): Promise<Extra[]> {
  const git = async (...words: string[]) => {
    const options = { cwd: folder, maxBuffer: LARGEST_PATCH, timeout: 10_000 }
    const { stdout } = await run('git', words, options)
    return stdout
  }
  const ask = (...words: string[]) => git(...words).then(String, () => '')
  const root = (await ask('rev-parse', '--show-toplevel')).trim()
  if (root === '') return []
  const [user, branch, parent, origin, patch] = await Promise.all([
    ask('config', 'user.name'),
    ask('rev-parse', '--abbrev-ref', 'HEAD'),
    ask('rev-parse', 'HEAD'),
    ask('config', '--get', 'remote.origin.url'),
    ask('diff', 'HEAD'),
  ])
  const fields = {
    user: user.trim(),
    root,
    branch: branch.trim(),
    parent: parent.trim(),
    origin: withoutPassword(origin.trim()),
  }
  const metadata: Extra = { endpoint: 'git/metadata', fields }
  return patch === '' ? [metadata] : [metadata, { endpoint: 'git/patch', patch }]
}

/** An address may hold a user's token: `https://token@host/…`. */
function withoutPassword(address: string): string {
  return address.replace(/^([a-z+]+:\/\/)[^/@]*@/i, '$1')
}
