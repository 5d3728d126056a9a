// `npm run compatibility`: runs the packages, as published, under every package manager and runtime
// that is itself a package, and writes docs/compatibility.md. Takes minutes.
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { manifestOf } from '../manifests.mjs'
import { packAll } from '../packing.mjs'
import {
  publishAll,
  startRegistry,
  upstreamRegistry,
  whyNoUpstream,
} from '../registry/registry.mjs'
import { publishMissing } from './missing.mjs'
import { compatibilityPage } from './page.mjs'
import { rows } from './rows.mjs'
import { scaffoldResult } from './scaffolds.mjs'
import { makeShell } from './shell.mjs'
import { toolSpecs } from './tools.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const ours = ['core', 'cli', 'data', 'backend-wasm', 'plugin-compile', 'plugin-early-stopping']
const upstream = await upstreamRegistry()
const reason = await whyNoUpstream(upstream)
if (reason !== undefined) throw new Error(reason)

const base = realpathSync(mkdtempSync(join(tmpdir(), 'regimen-compatibility-')))
const registry = await startRegistry(base, upstream)
const toolFolder = join(base, 'tools')
const { sh, whyNot } = makeShell({ base, toolFolder, env: registry.env })
try {
  await publishAll(
    registry,
    packAll(base).map(({ file }) => file),
  )
  await registry.publish(join(root, 'test/fixtures/regimen-plugin-hello'))
  const missing = await publishMissing(registry, base, upstream)
  mkdirSync(toolFolder)
  await sh(toolFolder, ['npm', 'install', '--ignore-scripts', '--no-save', ...toolSpecs])
  const results = []
  for (const [index, row] of rows.entries()) results.push(...(await resultsOf(row, index)))
  const scaffolds = []
  for (const row of rows) {
    const version = await versionOf(row)
    scaffolds.push(await scaffoldResult({ ...row, version }, { base, whyNot }))
    console.log(JSON.stringify(scaffolds.at(-1)))
  }
  const machine = `${process.platform} ${process.arch}; "this Node" is ${process.version}`
  const page = compatibilityPage(results, scaffolds, {
    regimen: manifestOf('packages/core').version,
    machine,
    missing,
  })
  writeFileSync(join(root, 'docs/compatibility.md'), page)
} finally {
  registry.close()
  rmSync(base, { recursive: true, force: true })
}

/** Installs once and runs it in every way that the row has. */
async function resultsOf(row, index) {
  const folder = join(base, `project-${index}`)
  cpSync(join(root, 'test/fixtures/stranger'), folder, { recursive: true })
  const regimen = manifestOf('packages/core').version
  const manifest = {
    name: 'stranger',
    private: true,
    type: 'module',
    dependencies: {
      ...Object.fromEntries(ours.map((name) => [`@regimen/${name}`, `^${regimen}`])),
      '@tensorflow/tfjs-core': '^4.22.0',
      'regimen-plugin-hello': '^1.0.0',
    },
  }
  const files = { 'package.json': JSON.stringify(manifest), ...row.files }
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text)
  const fault = await whyNot(folder, row.install)
  const version = await versionOf(row)
  const results = []
  for (const way of row.runs) {
    results.push({
      installedBy: row.name,
      version,
      runBy: way.name,
      runtime: await versionOf(way),
      fit: fault ?? (await whyNot(folder, way.fit, /hello world[\s\S]*"loss" did not improve/)),
      compiled: fault ?? (await whyNot(folder, way.compiled, /"isRight":true/)),
    })
    console.log(JSON.stringify(results.at(-1)))
  }
  return results
}

async function versionOf({ version }) {
  if (version === undefined) return process.version.slice(1)
  return (await sh(toolFolder, version)).match(/\d+\.\d+\.\d+/)?.[0] ?? 'unknown'
}
