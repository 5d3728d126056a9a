import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { main, packageFolder } from './built.js'

/** How a process ended. */
export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The packages that every project has installed. */
export const INSTALLED: readonly string[] = [
  '@regimen/core',
  '@tensorflow/tfjs-core',
  '@tensorflow/tfjs-backend-cpu',
]

/** A module and data for the line y = 3x - 1, and a plugin that notes the hooks it sees. */
const LINE = `
import { appendFileSync } from 'node:fs'
import { definePlugin } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'

interface Batch { readonly x: tf.Tensor2D; readonly y: tf.Tensor2D }
const note = (text: string) => appendFileSync(new URL('seen.log', \`file://\${import.meta.dirname ?? __dirname}/\`), text + '\\n')

export const line = () => {
  note('module ' + tf.getBackend())
  const w = tf.variable(tf.zeros([1, 1]))
  const predicted = ({ x }: Batch) => tf.matMul(x, w as tf.Tensor2D)
  const loss = (batch: Batch) => tf.losses.meanSquaredError(batch.y, predicted(batch)) as tf.Scalar
  const judged = (batch: Batch) => ({ accuracy: tf.scalar(0.98714), loss: loss(batch) })
  return {
    trainingStep: loss, validationStep: judged, testStep: judged, predictStep: predicted,
    variables: () => ({ w }), configureOptimizers: () => tf.train.sgd(0.1),
  }
}
export const batches = (count: number) => ({
  size: count,
  *[Symbol.iterator]() {
    for (let at = 0; at < count; at++) yield { x: tf.tensor2d([[at], [1]]), y: tf.tensor2d([[3 * at - 1], [2]]) }
  },
})
export const data = () => {
  note('data ' + tf.getBackend())
  return { train: batches(3), validation: batches(2), test: batches(2), predict: batches(2) }
}
export const witness = definePlugin({
  name: 'witness',
  apply({ hooks }) {
    hooks.fitStart.tap('witness', () => note('fitStart'))
    hooks.epochEnd.tap('witness', ({ epoch, outcome }) => note('epochEnd ' + epoch + ' ' + outcome))
    hooks.save.tap('witness', ({ reason }) => note('save ' + reason))
    hooks.fitEnd.tap('witness', ({ outcome }) => note('fitEnd ' + outcome))
    hooks.teardown.tap('witness', ({ stage, outcome }) => note('teardown ' + stage + ' ' + outcome))
  },
})
`

/** The text of a config for {@link LINE}, with more keys. */
export function config(keys = '', head = ''): string {
  return `
import { defineConfig } from '@regimen/core/config'
import { batches, data, line, witness } from './line'
${head}
export default defineConfig({ accelerator: 'cpu', maxEpochs: 2, plugins: [witness], module: line, data, ${keys} })
`
}

/** A folder with these files and the packages that a project has installed; gone after the test. */
export function project(files: Readonly<Record<string, string>>, installed = INSTALLED): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'regimen-cli-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [path, text] of Object.entries({ 'line.ts': LINE, ...files })) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  for (const name of installed) {
    mkdirSync(dirname(join(root, 'node_modules', name)), { recursive: true })
    symlinkSync(packageFolder(name), join(root, 'node_modules', name))
  }
  return root
}

/** A package in a project's node_modules, with one ESM file. */
export function pack(name: string, source: string, version = '1.0.0'): Record<string, string> {
  const manifest = { name, version, type: 'module', exports: { '.': { import: './index.js' } } }
  return {
    [`node_modules/${name}/package.json`]: JSON.stringify(manifest),
    [`node_modules/${name}/index.js`]: source,
  }
}

/** Starts the built command line in a folder. */
export function start(cwd: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const { NODE_PATH: _, FORCE_COLOR: __, NO_COLOR: ___, ...rest } = process.env
  const { npm_config_user_agent: ____, ...own } = rest
  const child = spawn(process.execPath, [main, ...args], { cwd, env: { ...own, ...env } })
  onTestFinished(() => void child.kill('SIGKILL'))
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (code) => resolve({ code, ...output }))
  })
  return { child, ended }
}

/** Runs the built command line to its end. */
export function regimen(cwd: string, ...args: readonly string[]): Promise<Ended> {
  return start(cwd, args).ended
}

/** Waits until a process has printed something. */
export function printed(
  child: ChildProcess,
  text: string,
  on: 'stdout' | 'stderr' = 'stdout',
): Promise<void> {
  return new Promise((resolve, reject) => {
    let seen = ''
    child.on('close', () => reject(new Error(`The process ended before it printed "${text}".`)))
    child[on]?.on('data', (chunk) => {
      seen += chunk
      if (seen.includes(text)) resolve()
    })
  })
}
