// Runs the commands of rows.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { toolCommand } from './tools.mjs'

const run = promisify(execFile)

/** A shell in which `$name` is the command of a tool: `{ sh, whyNot }`. */
export function makeShell({ base, toolFolder, env }) {
  /** What a command printed, both streams. @throws if it fails */
  async function sh(cwd, [first, ...args], more = {}) {
    const [program, ...before] = first.startsWith('$')
      ? toolCommand(toolFolder, first.slice(1))
      : [first]
    const options = { cwd, env: { ...env, ...more }, timeout: 180_000, maxBuffer: 1 << 26 }
    const { stdout, stderr } = await run(program, [...before, ...args], options)
    return stdout + stderr
  }

  /** Why a command did not do what it should; undefined if it did. */
  async function whyNot(cwd, command, expected = /(?:)/, more = {}) {
    try {
      const output = await sh(cwd, command, more)
      return expected.test(output) ? undefined : `ended without ${expected.source}`
    } catch (error) {
      if (error.killed) return 'did not end within three minutes'
      const lines = `${error.stderr}\n${error.stdout}`.split('\n').map((line) => line.trim())
      return (
        lines.find((line) => /(?:^|\s|\w)error\b(?!-)/i.test(line) && !/^Download/.test(line)) ??
        error.message
      )
        .replaceAll(base, '…')
        .slice(0, 200)
    }
  }
  return { sh, whyNot }
}
