import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const loader = new URL('source-loader.mjs', import.meta.url).href
const runner = fileURLToPath(new URL('program-runner.mjs', import.meta.url))

/**
 * Runs programs in one process, which finds the packages of the repository as sources; where one ends the process, the
 * rest is run by another.
 *
 * @param folder where each program has a working directory
 * @returns what is wrong with each file, `undefined` where nothing is
 */
export async function runPrograms(
  files: readonly string[],
  folder: string,
): Promise<Map<string, string | undefined>> {
  const ended = new Map<string, string | undefined>()
  while (ended.size < files.length) {
    const left = files.filter((file) => !ended.has(file))
    const child = fork(runner, [folder, ...left], {
      cwd: folder,
      execArgv: ['--conditions=@regimen/source', '--import', loader, '--no-warnings'],
      env: { ...process.env, CI: '1' },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    child.on('message', ({ file, fault }: { file: string; fault?: string }) => {
      ended.set(file, ended.get(file) ?? fault)
    })
    const [code, signal] = await once(child, 'exit')
    const cut = left.find((file) => !ended.has(file))
    if (cut) ended.set(cut, `it ended the process with ${signal ?? code}`)
  }
  return ended
}
