import { execFile, spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const bin = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python'
const made = new URL(`../node_modules/.cache/oracles/${bin}`, import.meta.url)

/** The Python that has a module: the machine's, or the one that `tooling/oracles.mjs` makes. */
export function pythonWith(module: string): string | undefined {
  const found = ['python3', fileURLToPath(made)].find(
    (python) => spawnSync(python, ['-c', `import ${module}`]).status === 0,
  )
  if (!found) process.stdout.write(`Skipped: no Python has ${module}.\n`)
  return found
}

/** What a script prints, which is JSON. @throws where there is no Python or the script fails */
export async function ask<Answer>(
  python: string | undefined,
  script: string,
  ...args: readonly string[]
): Promise<Answer> {
  if (!python) throw new Error(`There is no Python for ${script}.`)
  const run = promisify(execFile)
  const { stdout } = await run(python, [script, ...args], { maxBuffer: 2 ** 26 })
  return JSON.parse(stdout) as Answer
}
