import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { codeOf, environment } from '../../src/provenance/environment.js'
import { gitState } from '../../src/provenance/git.js'
import { SystemLoad } from '../../src/rest/system-load.js'
import { temporaryFolder } from '../helpers/folder.js'

describe('the git state', () => {
  it('is the commit, the branch, where it comes from, and what is not committed', async () => {
    const folder = temporaryFolder({ 'a.txt': 'one\n' })
    const git = (...words: string[]) =>
      execFileSync('git', words, { cwd: folder, encoding: 'utf8', stdio: 'pipe' }).trim()
    git('init', '-b', 'main')
    git('config', 'user.name', 'Ada')
    git('config', 'user.email', 'ada@localhost')
    git('remote', 'add', 'origin', 'https://token@host/repo.git')
    git('add', '.')
    git('commit', '-m', 'first')
    const fields = {
      user: 'Ada',
      root: git('rev-parse', '--show-toplevel'),
      branch: 'main',
      parent: git('rev-parse', 'HEAD'),
      origin: 'https://host/repo.git',
    }
    expect(await gitState(folder)).toEqual([{ endpoint: 'git/metadata', fields }])
    writeFileSync(join(folder, 'a.txt'), 'two\n')
    expect(await gitState(folder)).toEqual([
      { endpoint: 'git/metadata', fields },
      { endpoint: 'git/patch', patch: expect.stringContaining('-one\n+two\n') },
    ])
  })

  it('is nothing outside of a repository', async () => {
    expect(await gitState(temporaryFolder())).toEqual([])
  })
})

describe('the environment', () => {
  it('has the versions of the packages that the project names and no variable', () => {
    const folder = temporaryFolder({
      'package.json': '{"dependencies":{"a":"^1.0.0","gone":"1.0.0"},"devDependencies":{"b":"*"}}',
      'node_modules/a/package.json': '{"version":"1.2.3"}',
      'node_modules/b/package.json': '{"version":"2.0.0"}',
      'src/x.ts': '',
    })
    const [details, dependencies] = environment(join(folder, 'src'))
    expect(details).toMatchObject({
      endpoint: 'system-details',
      fields: {
        executable: process.execPath,
        pid: process.pid,
        installedPackages: ['a==1.2.3', 'b==2.0.0'],
      },
    })
    expect(details).not.toHaveProperty('fields.env')
    expect(dependencies).toEqual({
      endpoint: 'dependencies',
      fields: {
        logDependencies: [
          { name: 'a', version: '1.2.3' },
          { name: 'b', version: '2.0.0' },
        ],
      },
    })
  })
})

describe('the code', () => {
  it('is the script and its path, unless it is too large to have been written by a person', () => {
    const folder = temporaryFolder({ 'train.js': 'run()', 'bundle.js': 'x'.repeat(2 ** 20 + 1) })
    const script = join(folder, 'train.js')
    expect(codeOf(script)).toEqual([
      { endpoint: 'file-path', fields: { filePath: script } },
      { endpoint: 'code', fields: { code: 'run()' } },
    ])
    for (const none of ['bundle.js', 'missing.js']) {
      expect(codeOf(join(folder, none))).toEqual([])
    }
  })
})

describe('the load of the machine', () => {
  it('is measured between two samples, core by core', () => {
    const core = (idle: number, user: number) => ({
      times: { idle, user, nice: 0, sys: 0, irq: 0 },
    })
    const measured = [[core(0, 0), core(0, 0)], [core(75, 25), core(0, 100)], [core(75, 25)]]
    const load = new SystemLoad({
      cpus: () => measured.shift() ?? [],
      totalmem: () => 100,
      freemem: () => 40,
      loadavg: () => [1.5, 0, 0],
    })
    expect(load.sample()).toEqual([
      { endpoint: 'cpu-metrics', fields: { cpuPercentUtilization: [25, 100] } },
      { endpoint: 'ram-metrics', fields: { totalRam: 100, usedRam: 60 } },
      { endpoint: 'load-metrics', fields: { loadAverage: 1.5 } },
    ])
    expect(load.sample()[0]).toMatchObject({ fields: { cpuPercentUtilization: [0] } })
  })
})
