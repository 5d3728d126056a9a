import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { beforeEach, describe, expect, it } from 'vitest'
import { writeTemplates } from '../tooling/templates.mjs'
import { create, emptyFolder } from './helpers/made.js'

const loader = new URL('../../../test/helpers/source-loader.mjs', import.meta.url).href
const killed = fileURLToPath(new URL('fixtures/killed.ts', import.meta.url))

const MINE = {
  'README.md': 'my notes',
  'src/model.ts': 'my model',
  'src/other.ts': 'my other file',
  'package.json': '{ "name": "mine" }',
}

let cwd: string
beforeEach(() => {
  cwd = emptyFolder(tmpdir())
  for (const [path, text] of Object.entries(MINE)) {
    mkdirSync(join(cwd, 'app', path, '..'), { recursive: true })
    writeFileSync(join(cwd, 'app', path), text)
  }
})

/** Writes a project in a process that kills itself at that call of `link` or `rename`. */
function createKilled(at: number) {
  const templates = join(cwd, 'templates')
  writeTemplates(templates)
  const node = ['--conditions=@regimen/source', '--import', loader, '--no-warnings']
  const words = [String(at), templates, join(cwd, 'app')]
  const { signal, status, stdout, stderr } = spawnSync(
    process.execPath,
    [...node, killed, ...words],
    { encoding: 'utf8' },
  )
  rmSync(templates, { recursive: true, force: true })
  return { signal, status, stdout, stderr }
}

/** All files, with what is in them. */
function filesOf(folder: string): Record<string, string> {
  const found = readdirSync(folder, { recursive: true, withFileTypes: true })
  const files = found.filter((entry) => entry.isFile())
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).toSorted()
  return Object.fromEntries(
    paths.map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  )
}

describe('a process that is killed while it moves files into a folder', () => {
  it('is killed there by the tests below: three files are kept, one plan is written, nine files are moved', () => {
    expect(createKilled(100)).toEqual({ signal: null, status: 0, stdout: '13', stderr: '' })
    expect(readdirSync(cwd)).toEqual(['app'])
  })

  it.each([0, 2, 3, 4, 6, 8, 12])(
    'leaves, at call %d, no file missing; the next run has all that the user had, says so, and succeeds',
    async (at) => {
      expect(createKilled(at)).toMatchObject({ signal: 'SIGKILL', status: null })
      for (const path of Object.keys(MINE)) {
        expect(readFileSync(join(cwd, 'app', path), 'utf8')).not.toBe('')
      }
      // Without --force: what was half written is away before the folder is looked at.
      const refused = await create(cwd, 'app', '--data', 'table')
      expect(refused.code).toBe(2)
      expect(refused.stdout.includes('was killed while it wrote to')).toBe(at > 3)
      expect(filesOf(join(cwd, 'app'))).toEqual(MINE)
      expect(readdirSync(join(cwd, 'app'))).toEqual(['README.md', 'package.json', 'src'])

      const again = await create(cwd, 'app', '--data', 'table', '--force')
      expect(again).toMatchObject({ code: 0, stderr: '' })
      const made = filesOf(join(cwd, 'app'))
      expect(made).toMatchObject({ 'src/other.ts': 'my other file' })
      expect(made['src/model.ts']).toContain('layers.dense')
      expect(Object.keys(made).filter((path) => path.includes('unfinished'))).toEqual([])
      expect(readdirSync(cwd)).toEqual(['app'])
    },
  )

  it('leaves a file alone that was changed since, with the one it had replaced beside it', async () => {
    createKilled(12)
    const model = join(cwd, 'app/src/model.ts')
    expect(readFileSync(model, 'utf8')).toContain('layers.dense')
    writeFileSync(model, 'changed since')
    const { stdout } = await create(cwd, 'app', '--data', 'table')
    expect(stdout).toMatch(/Changed since, and left as they are: src\/model\.ts; .* "\.old"\./)
    expect(filesOf(join(cwd, 'app'))).toEqual({
      ...MINE,
      'src/model.ts': 'changed since',
      'src/model.ts.old': 'my model',
    })
  })
})
