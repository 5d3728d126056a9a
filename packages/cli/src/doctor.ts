import { execFile } from 'node:child_process'
import os from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isRegimenError, messageOf } from '@regimen/core'
import { type Accelerator, type LoadedConfig, loadConfig } from '@regimen/core/config'
import * as tf from '@tensorflow/tfjs-core'
import type { Arguments } from './arguments.js'
import type { CommandContext } from './command-context.js'
import { tools } from './config-tools.js'
import { tfjsCopies } from './tfjs-copies.js'
import { tryEngine } from './try-engine.js'
import { UsageError } from './usage-error.js'

type Engine = Exclude<Accelerator, 'auto'>

const ENGINES: readonly Engine[] = ['wasm', 'cpu', 'node', 'gpu']
const WORKS = 'loads and trains'
/** How long an engine may take before it counts as one that does not load. */
const PATIENCE_MS = 120_000

/**
 * Prints what a training stands on, or with `--engine` whether that engine works.
 *
 * @returns whether nothing is wrong: one tfjs, a readable config if any, an engine that trains, and
 *   the one that the config asks for
 */
export async function doctor({ args, streams }: CommandContext): Promise<boolean> {
  const print = (lines: readonly string[]) =>
    streams.stdout.write(`${lines.join('\n')}\n`)
  const found = await loadConfig({ path: args.flags.config, tools }).catch(
    (thrown) => thrown,
  )
  const from =
    found instanceof Error ? join(process.cwd(), 'trainer.config.ts') : found.path
  if (args.flags.engine !== undefined) {
    const outcome = await outcomeHere(checkedEngine(args.flags.engine), from)
    print([outcome])
    return outcome.startsWith(WORKS)
  }
  const { lines, problems } = machine()
  judgeConfig(found, args, { lines, problems })
  judgeCopies(from, { lines, problems })
  await judgeEngines(found, args, { lines, problems })
  const hasGradients = Boolean(tf.getGradient('Mean'))
  lines.push(row('Gradients', hasGradients ? 'registered' : 'not registered'))
  if (!hasGradients)
    problems.push('No gradient is registered in the copy of tfjs that is used.')
  const verdict =
    problems.length > 0 ? problems.map((text) => `Problem: ${text}`) : ['All is well.']
  print([...lines, '', ...verdict])
  return problems.length === 0
}

interface Findings {
  readonly lines: string[]
  readonly problems: string[]
}

const row = (head: string, text: string) => `${head.padEnd(12)}${text}`

function machine(): Findings {
  const [cpu] = os.cpus()
  const cores = `${os.availableParallelism()} x ${cpu?.model ?? 'cpu'}`
  return {
    lines: [
      row('Node', `${process.version}, ${process.execPath}`),
      row('System', `${os.type()} ${os.release()} ${os.arch()}, ${cores}`),
    ],
    problems: [],
  }
}

function judgeConfig(
  found: LoadedConfig | Error,
  { flags }: Arguments,
  findings: Findings,
): void {
  const isMissing = isRegimenError(found) && found.code === 'REG_CONFIG_MISSING'
  const text = found instanceof Error ? found.message : found.path
  findings.lines.push(row('Config', isMissing ? 'none here' : text))
  if (found instanceof Error && (!isMissing || flags.config)) findings.problems.push(text)
}

function judgeCopies(from: string, { lines, problems }: Findings): void {
  const copies = tfjsCopies([
    dirname(from),
    dirname(dirname(fileURLToPath(import.meta.url))),
  ])
  for (const { version, path } of copies)
    lines.push(row('tfjs-core', `${version} ${path}`))
  if (copies.length <= 1) return
  const text =
    'There is more than one copy of @tensorflow/tfjs-core; give all packages one version.'
  problems.push(text)
}

async function judgeEngines(
  found: LoadedConfig | Error,
  { flags }: Arguments,
  { lines, problems }: Findings,
): Promise<void> {
  const outcomes = new Map<Engine, string>()
  for (const engine of ENGINES) {
    const outcome = await outcomeApart(engine, flags.config)
    outcomes.set(engine, outcome)
    lines.push(row(engine, outcome))
  }
  const wanted = found instanceof Error ? undefined : engineOf(found)
  const outcome = wanted && outcomes.get(wanted)
  if (wanted && !outcome?.startsWith(WORKS)) {
    problems.push(`The config asks for the engine "${wanted}", which does not work here.`)
  } else if (![...outcomes.values()].some((text) => text.startsWith(WORKS)))
    problems.push('No engine loads.')
}

/** The engine that a config asks for, by key or by a plugin in its list. */
function engineOf({ config }: LoadedConfig): Engine | undefined {
  const { accelerator, gpus, plugins = [] } = config
  if (gpus !== undefined) return 'gpu'
  if (accelerator !== undefined) return accelerator === 'auto' ? undefined : accelerator
  const names = pluginNames(plugins)
  return ENGINES.find((engine) => names.includes(`backend-${engine}`))
}

function pluginNames(entries: readonly unknown[]): string[] {
  return entries.flatMap((entry) => {
    if (Array.isArray(entry)) return pluginNames(entry)
    return [typeof entry === 'string' ? entry : String(Object(entry).name)]
  })
}

/**
 * Tries an engine in a separate process: tfjs-node and tfjs-node-gpu cannot be loaded into one, and
 * an engine that fails may leave its process unusable.
 */
function outcomeApart(engine: Engine, config: string | undefined): Promise<string> {
  const main = fileURLToPath(new URL('./main.js', import.meta.url))
  const args = [
    main,
    'doctor',
    '--engine',
    engine,
    ...(config ? ['--config', config] : []),
  ]
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      args,
      { timeout: PATIENCE_MS },
      (error, stdout, stderr) => {
        const last = stdout.trim().split('\n').at(-1)
        if (last && (error === null || last.startsWith('no: '))) return resolve(last)
        const reason = error?.killed
          ? 'it does not answer'
          : stderr.trim() || error?.message
        resolve(`no: its process ended: ${reason}`)
      },
    )
  })
}

async function outcomeHere(engine: Engine, from: string): Promise<string> {
  try {
    const described = await tryEngine(engine, from)
    return described === undefined ? WORKS : `${WORKS}: ${described}`
  } catch (thrown) {
    return `no: ${messageOf(thrown).replaceAll(/\s*\n\s*/g, ' ')}`
  }
}

/** @throws UsageError */
function checkedEngine(name: string): Engine {
  if ((ENGINES as readonly string[]).includes(name)) return name as Engine
  throw new UsageError(`--engine ${name}: there are ${ENGINES.join(', ')}.`)
}
