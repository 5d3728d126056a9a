import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { packAll } from '../tooling/packing.mjs'
import {
  publishAll,
  type Registry,
  startRegistry,
  upstreamRegistry,
  whyNoUpstream,
} from '../tooling/registry/registry.mjs'

const run = promisify(execFile)
const fixtures = fileURLToPath(new URL('fixtures', import.meta.url))
const upstream = await upstreamRegistry()
const reason = await whyNoUpstream(upstream)
if (reason !== undefined) process.stdout.write(`nothing is installed from a registry: ${reason}\n`)

describe.skipIf(reason !== undefined)('from a registry on loopback', () => {
  let base: string
  let registry: Registry
  let packages: ReturnType<typeof packAll>

  beforeAll(async () => {
    base = realpathSync(mkdtempSync(join(tmpdir(), 'regimen-registry-')))
    registry = await startRegistry(base, upstream)
    packages = packAll(base)
    await publishAll(
      registry,
      packages.map(({ file }) => file),
    )
  }, 300_000)

  afterAll(() => {
    registry?.close()
    rmSync(base, { recursive: true, force: true })
  })

  /** Runs a command in a folder below `base` and gives what it printed, both streams. */
  async function sh(folder: string, command: string, ...args: string[]): Promise<string> {
    const { stdout, stderr } = await run(command, args, {
      cwd: join(base, folder),
      env: registry.env,
      shell: process.platform === 'win32',
    })
    return stdout + stderr
  }

  /** As `sh` with a line for bash; also after how many seconds the line of the first epoch was there. */
  async function firstEpoch(folder: string, line: string) {
    const started = performance.now()
    let seconds: number | undefined
    const training = run('bash', ['-euc', line], { cwd: join(base, folder), env: registry.env })
    training.child.stdout?.on('data', (chunk) => {
      if (/^epoch 1\//m.test(chunk)) seconds ??= (performance.now() - started) / 1000
    })
    const { stdout } = await training
    return { stdout, seconds }
  }

  /** Opens the page of the runs as a newcomer would, looks at the first one, and ends it with Ctrl+C. */
  async function look(folder: string): Promise<void> {
    const options = { cwd: join(base, folder), env: registry.env, detached: true } as const
    const viewer = spawn('npx', ['--no', 'regimen', 'view'], options)
    const ended = once(viewer, 'close')
    try {
      const [address] = await Promise.race([once(viewer.stdout, 'data'), ended.then(() => [''])])
      const url = String(address).trim()
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
      expect(await (await fetch(url)).text()).toContain('<script src="/app.js"></script>')
      expect(await (await fetch(`${url}app.js`)).text()).toContain('uPlot')
      const { runs } = (await (await fetch(`${url}api/runs`)).json()) as { runs: unknown[] }
      expect(runs).toMatchObject([{ id: 'csv/version_0', outcome: 'finished', faults: [] }])
      const charts = await (await fetch(`${url}api/curves?run=csv/version_0`)).text()
      expect(charts).toContain('"name":"val_accuracy"')
    } finally {
      // What a terminal does: the signal goes to npx and to what it started.
      if (viewer.exitCode === null) process.kill(-(viewer.pid as number), 'SIGINT')
      await ended
    }
  }

  function edit(path: string, change: (text: string) => string): void {
    writeFileSync(join(base, path), change(readFileSync(join(base, path), 'utf8')))
  }

  it('a stranger installs the command line, core and a plugin, and trains; a plugin of a third party is found by name', async () => {
    await registry.publish(join(fixtures, 'regimen-plugin-hello'))
    mkdirSync(join(base, 'stranger'))
    cpSync(join(fixtures, 'stranger/trainer.config.ts'), join(base, 'stranger/trainer.config.ts'))
    writeFileSync(join(base, 'stranger/package.json'), '{ "private": true, "type": "module" }\n')
    const ours = ['core', 'cli', 'data', 'backend-wasm', 'plugin-early-stopping']
    const names = ours.map((name) => `@regimen/${name}`)
    await sh(
      'stranger',
      'npm',
      'install',
      ...names,
      '@tensorflow/tfjs-core@4',
      'regimen-plugin-hello',
    )
    const output = await sh('stranger', 'npx', '--no', 'regimen', 'fit')
    expect(output).toContain('hello world')
    expect(output).toMatch(/"loss" did not improve/)
  }, 300_000)

  it('a plugin that brings a core of its own is refused, and both copies are named', async () => {
    const [core] = packages.filter(({ name }) => name === '@regimen/core')
    mkdirSync(join(base, 'older'))
    await sh('older', 'tar', '-xzf', core?.file as string)
    edit('older/package/package.json', (text) =>
      text.replace(/"version": ".*"/, '"version": "0.1.9"'),
    )
    await registry.publish(join(base, 'older/package'), '--tag', 'older')
    cpSync(join(fixtures, 'regimen-plugin-hello'), join(base, 'greedy'), { recursive: true })
    edit('greedy/package.json', (text) =>
      text
        .replace('regimen-plugin-hello', 'regimen-plugin-greedy')
        .replace('"peerDependencies"', '"dependencies"')
        .replace(/"@regimen\/core": ".*"/, '"@regimen/core": "0.1.9"'),
    )
    edit('greedy/index.js', (text) => text.replaceAll('hello', 'greedy'))
    await registry.publish(join(base, 'greedy'))
    await sh('stranger', 'npm', 'install', 'regimen-plugin-greedy')
    edit('stranger/trainer.config.ts', (text) => text.replace("'hello'", "'greedy'"))
    const refused = sh('stranger', 'npx', '--no', 'regimen', 'fit')
    const modules = join(base, 'stranger/node_modules')
    await expect(refused).rejects.toMatchObject({
      stderr: expect.stringContaining(
        `made by another copy of @regimen/core, in "${modules}/regimen-plugin-greedy/node_modules/@regimen/core"; ` +
          `this trainer is of the copy in "${modules}/@regimen/core"`,
      ),
    })
  }, 300_000)

  it('a newcomer makes a project and a plugin as the README says, publishes it and uses it by name', async () => {
    mkdirSync(join(base, 'newcomer'))
    const [project = '', flags = '', scaffold = ''] = commandsOf(
      'packages/create-regimen/README.md',
    )
    expect([project, flags, scaffold].join()).toMatch(/my-project.*--data text.*plugin stop-below/s)
    const bash = (folder: string, line: string) => sh(folder, 'bash', '-euc', line)

    const line = project.replace('my-project', 'my-project -- --data table')
    const { stdout, seconds } = await firstEpoch('newcomer', line)
    expect(stdout).toMatch(/val_accuracy/)
    process.stdout.write(
      `from npm create to the line of the first epoch: ${seconds?.toFixed(1)} s\n`,
    )
    const folder = 'newcomer/my-project'
    expect(await bash(folder, 'npx --no regimen runs ls')).toContain('version_0')
    await look(folder)

    await bash(folder, 'npm install @regimen/plugin-lr-logger')
    const config = `${folder}/trainer.config.ts`
    edit(config, (text) => text.replace('plugins: [', "plugins: ['lr-logger', "))
    await bash(folder, 'npx --no regimen fit --max-epochs 1')
    expect(await bash(folder, 'npx --no regimen runs show csv/version_1')).toContain('lr')

    const checked = await bash('newcomer', scaffold)
    expect(checked).toMatch(/✓ .*contract\.test\.ts/)
    expect(checked).toMatch(/no errors/)
    const plugin = 'newcomer/regimen-plugin-stop-below'
    await bash(plugin, 'npm publish')
    await bash(folder, 'npm install regimen-plugin-stop-below')
    edit(config, (text) => text.replace("'lr-logger'", "['stop-below', { monitor: 'val_loss' }]"))
    const used = await bash(folder, 'npx --no regimen fit --max-epochs 2')
    expect(used).toMatch(/val_loss .* is the best so far/)
  }, 600_000)
})

/** The blocks of commands in a page, in order. */
function commandsOf(page: string): string[] {
  const text = readFileSync(join(fixtures, '../..', page), 'utf8')
  return [...text.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = '']) => block)
}
