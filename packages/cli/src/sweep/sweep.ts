import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { loadFile } from '@regimen/core/config'
import type { Standing, SweepPlan, SweepSummary, TaskResult } from '@regimen/plugin-sweep'
import type { CommandContext } from '../command-context.js'
import { tools } from '../config-tools.js'
import { readSetting } from '../dotted-path.js'
import { openProject, readConfig, rootDirOf, settingsOf } from '../project.js'
import { isOfPlugin, withSettings } from '../settings.js'
import { UsageError } from '../usage-error.js'
import { sweepPackage } from './sweep-package.js'
import { runTrial } from './trial-process.js'

const FILE = /^sweep\.config\.(?:[cm]?[jt]s|json|ya?ml)$/
/** Flags that every trial is started with. */
const PASSED = ['accelerator', 'gpus', 'max-epochs', 'debug'] as const

type Kit = Awaited<ReturnType<typeof sweepPackage>>

/**
 * Runs a sweep, or continues it; then prints the trials as a table and draws them.
 *
 * @returns whether a trial has reached a value
 * @throws UsageError, and what is wrong with the files
 */
export async function sweep(context: CommandContext): Promise<boolean> {
  const { args, streams, signal } = context
  const { config: written, path } = await readConfig(args.flags.config)
  const settings = settingsOf(args).map(readSetting)
  const config = withSettings(
    written,
    settings.filter((setting) => !isOfPlugin(setting)),
  )
  const kit = await sweepPackage(path)
  const file = sweepFile(args.argument, dirname(path))
  const plan = kit.sweepPlan(await loadFile(file, tools))
  const folder = join(rootDirOf(config.rootDir, path), plan.name)
  const jobs = jobsOf(args.flags.jobs)
  if (!existsSync(join(folder, 'journal.jsonl'))) await tryFirst(context, plan, kit)
  const passed = PASSED.flatMap((name) => {
    const value = args.flags[name]
    return value === undefined ? [] : value === '' ? [`--${name}`] : [`--${name}`, value]
  })
  const sets = args.settings.flatMap((setting) => ['--set', setting])
  const words = ['fit', '--config', path, ...passed, ...sets]
  const summary = await kit.runSweep(plan, {
    folder: resolve(folder),
    jobs,
    signal,
    start: (order) =>
      runTrial({
        words: [...words, '--trial', order],
        order,
        signal,
        holderOf: kit.holderOf,
      }),
    onResult: (result) => void streams.stderr.write(lineOf(result, plan)),
  })
  return conclude(context, { kit, plan, folder, summary })
}

/** The file of the sweep: as it was named, else the one beside the config. @throws UsageError */
function sweepFile(named: string | undefined, folder: string): string {
  if (named !== undefined) {
    if (existsSync(named)) return resolve(named)
    throw new UsageError(`There is no file ${resolve(named)}.`)
  }
  const found = readdirSync(folder).filter((name) => FILE.test(name))
  const [file, second] = found
  if (file !== undefined && second === undefined) return join(folder, file)
  const text = file
    ? `There are several: ${found.join(', ')}. Name one: regimen sweep <file>.`
    : `There is no sweep.config.ts (or .js, .json, .yaml) in ${folder}. Write one, or name a file: regimen sweep <file>.`
  throw new UsageError(text)
}

function jobsOf(text = '1'): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new UsageError(`--jobs is "${text}"; expected a positive integer.`)
}

/**
 * Sees to it that the config takes what the space sets, before there is a folder of trials that all fail of it.
 *
 * @throws UsageError
 */
async function tryFirst(
  { args, streams }: CommandContext,
  plan: SweepPlan,
  { firstSettings }: Kit,
): Promise<void> {
  const settings = [...settingsOf(args), ...firstSettings(plan)]
  const { config } = args.flags
  const project = await openProject(
    { ...args, settings, flags: config ? { config } : {} },
    streams,
  )
  const { trainer, terminal } = project
  const canResume = terminal.canFindCheckpoints()
  await trainer.dispose()
  if (canResume) return
  const plugin = 'checkpoint() of @regimen/plugin-checkpoint in the config'
  if (plan.algorithm === 'halving')
    throw new UsageError(
      `"halving" takes trials further from where they were, by ${plugin}.`,
    )
  terminal.info(`Without ${plugin} a trial that is interrupted begins anew.`)
}

function lineOf(
  { number, rung, outcome, value, error }: TaskResult,
  plan: SweepPlan,
): string {
  const place =
    plan.algorithm === 'halving' ? `trial ${number}, rung ${rung}` : `trial ${number}`
  const reached = value === null ? '' : ` ${plan.monitor}=${Number(value.toPrecision(5))}`
  return `${place} ${outcome}${reached}${error === undefined ? '' : `: ${error}`}\n`
}

interface Ended {
  readonly kit: Kit
  readonly plan: SweepPlan
  readonly folder: string
  readonly summary: SweepSummary
}

function conclude({ args, streams, signal }: CommandContext, ended: Ended): boolean {
  const { kit, plan, folder, summary } = ended
  const trials = kit.standings(plan, summary)
  const width = (streams.stdout as { readonly columns?: number }).columns
  const picture = join(folder, 'sweep.svg')
  writeFileSync(picture, kit.sweepPicture(plan, trials))
  if (trials.length > 0) streams.stdout.write(kit.sweepTable(plan, trials, width))
  streams.stderr.write(`The picture is ${relative('', picture)}.\n`)
  if (signal.aborted || !summary.isComplete) {
    const words = ['sweep', ...(args.argument === undefined ? [] : [args.argument])]
    streams.stderr.write(
      `Interrupted, and saved: ${trials.length} trials have ended. The same command continues it: regimen ${words.join(' ')}\n`,
    )
    return true
  }
  const [best] = trials
  if (best?.value === null || best === undefined) {
    streams.stderr.write('No trial has reached a value.\n')
    return false
  }
  streams.stderr.write(`The best is trial ${best.number}: ${commandOf(best)}\n`)
  return true
}

/** How the best trial is trained alone. */
function commandOf({ values }: Standing): string {
  const sets = Object.entries(values).map(([path, value]) => {
    const text = typeof value === 'string' ? value : JSON.stringify(value)
    return `--set ${/^[\w.+-]+$/.test(text) ? `${path}=${text}` : `'${path}=${text}'`}`
  })
  return ['regimen fit', ...sets].join(' ')
}
