import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt, main } from '../helpers/built.js'
import { pack, project, regimen } from '../helpers/project.js'

beforeAll(() => ensureBuilt())

/** A project with a plugin, runs, a checkpoint, and `regimen` in its folder `bin`. */
function made(): string {
  const root = project({
    ...pack('regimen-plugin-polite', 'export default () => ({})'),
    'runs/csv/version_0/run.json': '{}',
    'runs/csv/version_1/run.json': '{}',
    'runs/checkpoints/version_0/last.safetensors': '',
  })
  mkdirSync(join(root, 'bin'))
  const call = `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`
  writeFileSync(join(root, 'bin/regimen'), call, { mode: 0o755 })
  return root
}

const hasShell = (name: string) => spawnSync(name, ['-c', 'true']).status === 0

/** What bash offers when Tab is pressed at the end of each line. */
function completeInBash(root: string, lines: readonly string[]): string[][] {
  const asked = lines.map((line) => {
    const words = line.split(' ')
    return `COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}
      _regimen 2>/dev/null; printf '%s\\n' "\${COMPREPLY[@]}"; echo --`
  })
  const script = `eval "$(regimen completion bash)"\ncomplete -p regimen >/dev/null || exit 3\n${asked.join('\n')}`
  const env = { ...process.env, PATH: `${join(root, 'bin')}:${process.env.PATH}` }
  const text = execFileSync('bash', ['-c', script], { cwd: root, env, encoding: 'utf8' })
  return text
    .split('--\n')
    .slice(0, -1)
    .map((part) => part.split('\n').filter(Boolean))
}

describe('regimen completion', () => {
  it.runIf(hasShell('bash'))('completes commands, flags, plugins and runs in bash', () => {
    const found = completeInBash(made(), [
      'regimen va',
      'regimen fit --max',
      'regimen help pol',
      'regimen runs show csv/',
      'regimen fit --resume ru',
      'regimen fit --set plugins.p',
    ])
    expect(found).toEqual([
      ['validate'],
      ['--max-epochs'],
      ['polite'],
      ['csv/version_0', 'csv/version_1'],
      ['runs/checkpoints/version_0/last.safetensors'],
      ['plugins.polite.'],
    ])
  })

  it.runIf(hasShell('zsh'))('is a script that zsh reads', async () => {
    const { stdout } = await regimen(made(), 'completion', 'zsh')
    const script = `autoload -U compinit; compinit -u -D; eval "$1"; print \${_comps[regimen]}`
    expect(execFileSync('zsh', ['-fc', script, 'zsh', stdout], { encoding: 'utf8' })).toBe(
      '_regimen\n',
    )
  })

  it.runIf(hasShell('fish'))('completes in fish', async () => {
    const root = made()
    const { stdout } = await regimen(root, 'completion', 'fish')
    const env = { ...process.env, PATH: `${join(root, 'bin')}:${process.env.PATH}` }
    const script = `${stdout}\ncomplete -C 'regimen va'`
    const text = execFileSync('fish', ['--no-config', '-c', script], {
      cwd: root,
      env,
      encoding: 'utf8',
    })
    expect(text.trim()).toBe('validate')
  })

  it.each([
    [[], 'Say for which shell'],
    [['tcsh'], 'There is none for "tcsh"'],
    [['bash', 'now'], '"now" was not expected'],
  ])('refuses %j', async (words, text) => {
    const { code, stderr } = await regimen(made(), 'completion', ...words)
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(text) })
  })
})
