import {
  describeStop,
  type FitData,
  RegimenError,
  type StopReason,
  type TrainingModule,
} from '@regimen/core'
import type { Arguments } from './arguments.js'
import type { CommandContext } from './command-context.js'
import { writeMetrics } from './evaluate.js'
import { dataMissing, openProject } from './project.js'
import { endWithSweep } from './sweep/trial.js'
import { checkReference, type Terminal } from './terminal.js'
import { UsageError } from './usage-error.js'

const NO_TEST =
  '--checkpoint says what --test tests after the fit. Add --test, or leave it out.'

/** Trains; with `--test` it tests the trained module too, or a checkpoint of it. */
export async function fit({ args, streams, signal }: CommandContext): Promise<void> {
  const { flags } = args
  if (flags.trial !== undefined) endWithSweep()
  const project = await openProject(args, streams)
  const { trainer, terminal, module, data, config, hparams, effective } = project
  const isTested = flags.test !== undefined
  // A trial run saves nothing: what it tests is the module as it is.
  const checkpoint = flags['fast-dev-run'] === undefined ? flags.checkpoint : undefined
  try {
    checkReference('--resume', flags.resume, terminal)
    checkReference('--checkpoint', flags.checkpoint, terminal)
    if (flags.checkpoint !== undefined && !isTested) throw new UsageError(NO_TEST)
    const { stop } = await trainer.fit(
      isTested ? async () => withTestStep(await module()) : module,
      isTested ? async () => withTestData(await data()) : data,
      {
        signal,
        hparams,
        config: effective,
        resumeFrom: flags.resume ?? trialStart(args, terminal) ?? config.resumeFrom,
      },
    )
    if (terminal.isAlone()) streams.stderr.write(`Stopped: ${describeStop(stop)}.\n`)
    streams.stderr.write(howToResume(args, terminal, stop))
    if (!isTested || signal.aborted) return
    const { test } = withTestData(await data())
    if (checkpoint) streams.stderr.write(`Testing the checkpoint "${checkpoint}".\n`)
    writeMetrics(await trainer.test(module, test, { signal, checkpoint }), streams.stdout)
  } finally {
    await trainer.dispose()
  }
}

/** A trial of a sweep continues where there is something. */
const trialStart = ({ flags }: Arguments, terminal: Terminal): string | undefined =>
  flags.trial !== undefined && terminal.canFindCheckpoints() ? 'auto' : undefined

/** The options whose limits end a run. */
const LIMITS: readonly string[] = ['maxEpochs', 'maxSteps', 'maxSeconds']

/** A line that says how a run is resumed, or that it cannot be; nothing if neither is of use. */
function howToResume(args: Arguments, terminal: Terminal, { kind }: StopReason): string {
  if (kind === 'signal') {
    if (terminal.canResume())
      return `Interrupted and saved. Resume with: ${resumeCommand(args)}\n`
    return terminal.canFindCheckpoints()
      ? 'Interrupted before the first step: there is nothing to resume.\n'
      : 'Interrupted, and the state was not saved: that takes checkpoint() of @regimen/plugin-checkpoint in the config.\n'
  }
  if (!terminal.canResume()) return ''
  if (kind === 'plugin') {
    const command = resumeCommand(args)
    return `To train on, change what stopped the run (such as its patience): ${command}\n`
  }
  return `To train on: ${resumeCommand(args, LIMITS.includes(kind) ? kind : undefined)}\n`
}

/** The flags of a fit that the next one needs as well. */
const KEPT = [
  'config',
  'accelerator',
  'gpus',
  'max-epochs',
  'test',
  'checkpoint',
] as const

/**
 * The command that resumes a run, to be typed as it is: with the flags and settings of the run, since
 * they say where its files are and what it was.
 *
 * @param raised the option whose limit ended the run, and is to be raised
 */
function resumeCommand({ flags, settings }: Arguments, raised?: string): string {
  const words = [`${regimenCommand()} fit`]
  for (const name of KEPT) {
    const value = flags[name]
    if (value === undefined || (name === 'max-epochs' && raised === 'maxEpochs')) continue
    words.push(value === '' ? `--${name}` : `--${name} ${quoted(value)}`)
  }
  for (const setting of settings) {
    const key = setting.slice(0, setting.indexOf('='))
    if (key !== raised && key !== 'resumeFrom') words.push(`--set ${quoted(setting)}`)
  }
  words.push('--resume last')
  if (raised === 'maxEpochs') words.push('--max-epochs <more>')
  else if (raised !== undefined) words.push(`--set ${raised}=<more>`)
  return words.join(' ')
}

/** What a person types for `regimen`, where a package manager or Deno started this process. */
function regimenCommand(): string {
  const commands = {
    npm: 'npx regimen',
    pnpm: 'pnpm regimen',
    yarn: 'yarn regimen',
    bun: 'bunx regimen',
    deno: 'deno run -A npm:@regimen/cli/regimen',
  }
  const { npm_config_user_agent: userAgent = '' } = process.env
  const name = process.versions.deno ? 'deno' : userAgent.slice(0, userAgent.indexOf('/'))
  return commands[name as keyof typeof commands] ?? 'regimen'
}

/** A word for a shell. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}

function withTestStep(module: TrainingModule<unknown>): TrainingModule<unknown> {
  if (module.testStep) return module
  throw new RegimenError(
    'REG_MODULE_INVALID',
    '--test needs a testStep, which the module has not.',
    {
      data: { part: 'testStep', stage: 'test' },
    },
  )
}

function withTestData(data: FitData<unknown>) {
  const { test } = data
  if (test === undefined) throw dataMissing('test', '--test')
  return { ...data, test }
}
