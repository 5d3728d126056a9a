// Asks npm to publish a tarball without doing so.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** A registry that is not there: a dry run has nothing to ask it. */
const NOWHERE = ['--registry=http://127.0.0.1:9/', '--fetch-retries=0']

/** What npm would send: `{ files, packed, unpacked, faults }`, its sizes in bytes. */
export async function publishDry(file) {
  const args = ['publish', file, '--dry-run', '--json', ...NOWHERE]
  try {
    const { stdout, stderr } = await run('npm', args, { shell: process.platform === 'win32' })
    const [{ entryCount, size, unpackedSize }] = described(JSON.parse(stdout))
    return { files: entryCount, packed: size, unpacked: unpackedSize, faults: warnings(stderr) }
  } catch (error) {
    const text = String(error.stderr ?? error.message)
    const reason = text.match(/^npm error (?!code\b).*/m)?.[0] ?? text.trim()
    return { files: 0, packed: 0, unpacked: 0, faults: [reason] }
  }
}

/** npm 11 puts the description under the name of the package, npm 10 does not. */
function described(answer) {
  return 'entryCount' in answer ? [answer] : Object.values(answer)
}

/** What npm warns of, once each; that nobody is logged in is meant. */
function warnings(stderr) {
  const lines = stderr.split('\n').filter((line) => /^npm warn (publish|package-json) /.test(line))
  return [...new Set(lines)].filter((line) => !line.includes('to be logged in'))
}
