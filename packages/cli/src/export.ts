import { execFile } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { promisify } from 'node:util'
import {
  definePlugin,
  messageOf,
  type Snapshot,
  type TrainingModule,
} from '@regimen/core'
import { importPackage } from '@regimen/core/config'
import * as tf from '@tensorflow/tfjs-core'
import { version } from '../package.json'
import type { CommandContext } from './command-context.js'
import { tools } from './config-tools.js'
import { openProject, type Project } from './project.js'
import { checkReference, type Terminal } from './terminal.js'
import { UsageError } from './usage-error.js'

const PACKAGE = '@regimen/export'
const FORMATS = ['tfjs', 'onnx', 'card']
const DEFAULT_FOLDER = 'exported'
const EXTENSION = '.safetensors'

/** `exportModel` of `@regimen/export`. */
type ExportModel = (source: unknown, options: object) => Promise<readonly string[]>

/**
 * Exports the weights of a checkpoint.
 *
 * @throws UsageError for a wrong format, and if `@regimen/export` is not installed
 */
export async function exportCheckpoint(context: CommandContext): Promise<void> {
  const { args, streams } = context
  const { argument, flags } = args
  if (argument === undefined)
    throw new UsageError(
      'Say what to export: best, last, the path of a checkpoint or the folder of a run.',
    )
  const formats = formatsOf(flags.format)
  const optimizer = flags.optimizer !== undefined
  if (optimizer && !formats.includes('tfjs'))
    throw new UsageError(
      `--optimizer goes with --format tfjs or all: ${flags.format} has no place for the state of an optimizer.`,
    )
  const reference = checkpointIn(argument)
  const project = await openProject(args, streams)
  const { trainer, terminal, path } = project
  try {
    const exportModel = await findExport(path)
    checkReference('export', argument, terminal)
    const snapshot = (await terminal.loadCheckpoint(reference)) as Snapshot
    const run = await lastOfRun(snapshot, terminal)
    const { module, options } = await moduleOnEngine(project)
    const folder = flags.out ?? DEFAULT_FOLDER
    const names = await exportModel(module, {
      ...{ folder, formats, snapshot, optimizer, force: flags.force !== undefined },
      card: { run, ...(await cardFacts(project, { module, options, snapshot })) },
    })
    streams.stdout.write(names.map((name) => `${join(folder, name)}\n`).join(''))
  } finally {
    await trainer.dispose()
  }
}

function formatsOf(flag = 'all'): readonly string[] {
  if (flag === 'all') return FORMATS
  if (FORMATS.includes(flag)) return [flag]
  throw new UsageError(`--format ${flag}: there are ${FORMATS.join(', ')} and all.`)
}

/** The checkpoint of a run's folder: the best, else the last. Anything else is what it is. */
function checkpointIn(reference: string): string {
  const isFolder = statSync(reference, { throwIfNoEntry: false })?.isDirectory() === true
  if (!isFolder) return reference
  const files = ['best', 'last'].map((label) => join(reference, `${label}${EXTENSION}`))
  const found = files.find((file) => existsSync(file))
  if (found !== undefined) return found
  throw new UsageError(
    `${reference} has neither best${EXTENSION} nor last${EXTENSION}; give the folder of a run, such as runs/checkpoints/version_0.`,
  )
}

async function findExport(from: string): Promise<ExportModel> {
  const found = await importPackage(PACKAGE, from, tools)
  if (typeof found?.exportModel === 'function') return found.exportModel as ExportModel
  throw new UsageError(
    `${PACKAGE} is not installed, as seen from ${from}. Run npm install ${PACKAGE}.`,
  )
}

/** The last checkpoint of the folder that a checkpoint is in: it has the metrics of the whole run. */
async function lastOfRun(
  { origin }: Snapshot,
  { loadCheckpoint, info }: Terminal,
): Promise<Snapshot | undefined> {
  const path = origin && join(dirname(origin), `last${EXTENSION}`)
  if (path === undefined || path === origin || !existsSync(path)) return undefined
  try {
    return (await loadCheckpoint(path)) as Snapshot
  } catch (thrown) {
    info(`The card has no metrics from after the checkpoint: ${messageOf(thrown)}`)
    return undefined
  }
}

/** The module of the config, made where a run would make it: once the engine is ready. */
async function moduleOnEngine({ trainer, module }: Project) {
  let options: object = {}
  const undo = trainer.use(
    definePlugin({
      name: 'export-options',
      apply: ({ id, hooks }) =>
        hooks.setup.tap(id, ({ run }) => {
          const { rootDir: _, ...others } = run.options
          options = others
        }),
    }),
  )
  const predicting = async () => {
    const made = await module()
    return { predictStep: () => null, variables: () => made.variables() }
  }
  for await (const _ of trainer.predict(predicting as never, [null])) break
  undo()
  return { module: await module(), options }
}

interface Exported {
  readonly module: TrainingModule<unknown>
  /** The options of the trainer, complete. */
  readonly options: object
  readonly snapshot: Snapshot
}

async function cardFacts(
  { config, origins, path }: Project,
  { module, options: complete, snapshot: { origin, meta } }: Exported,
): Promise<object> {
  const { module: _, data: __, plugins = [], ...options } = config
  const named = (plugins as readonly unknown[]).flatMap((entry) =>
    Array.isArray(entry) && typeof entry[0] === 'string' ? [entry] : [],
  )
  const ids = origins.filter(([, from]) => from !== 'the command line')
  const { dirty, commit } = await commitOf(dirname(path))
  const seed = Object(meta.plugins.seed).seed as number | undefined
  return {
    configuration: {
      ...complete,
      ...options,
      ...(seed !== undefined && { seed }),
      hparams: module.hparams,
    },
    plugins: ids.map(([id]) => ({
      id,
      options: named.find(([name]) => name === id)?.[1],
    })),
    lineage: {
      checkpoint: origin && relative('', origin),
      config: relative('', path),
      'commit on export':
        commit && `${commit}${dirty ? ', with changes that are not committed' : ''}`,
      engine: tf.getBackend(),
      'exported on': new Date().toISOString().slice(0, 10),
      '@regimen/cli': version,
      '@tensorflow/tfjs-core': tf.version_core,
      'Node.js': process.version,
    },
  }
}

/** The commit of a folder; nothing where there is no repository, or no git. */
async function commitOf(cwd: string): Promise<{ commit?: string; dirty?: boolean }> {
  const git = async (...words: string[]) => {
    const { stdout } = await promisify(execFile)('git', words, { cwd, timeout: 10_000 })
    return stdout.trim()
  }
  try {
    const commit = await git('rev-parse', 'HEAD')
    return { commit, dirty: (await git('status', '--porcelain')) !== '' }
  } catch {
    return {}
  }
}
