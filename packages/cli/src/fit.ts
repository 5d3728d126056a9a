import {
  describeStop,
  type FitData,
  RegimenError,
  type StopReason,
  type TrainingModule,
} from '@regimen/core'
import type { CommandContext } from './command-context.js'
import { writeMetrics } from './metric-lines.js'
import type { Arguments } from './parse-arguments.js'
import { checkReference, dataMissing, openProject } from './project.js'
import { resumeCommand } from './resume-command.js'
import type { Terminal } from './terminal.js'
import { UsageError } from './usage-error.js'

const NO_TEST = '--checkpoint says what --test tests after the fit. Add --test, or leave it out.'

/** Trains; with `--test` it tests the trained module too, or a checkpoint of it. */
export async function fit({ given, streams, signal }: CommandContext): Promise<void> {
  const { flags } = given
  const project = await openProject(given, streams)
  const { trainer, terminal, module, data, config } = project
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
      { signal, resumeFrom: flags.resume ?? config.resumeFrom },
    )
    if (terminal.isAlone()) streams.stderr.write(`Stopped: ${describeStop(stop)}.\n`)
    streams.stderr.write(howToResume(given, terminal, stop))
    if (!isTested || signal.aborted) return
    const { test } = withTestData(await data())
    if (checkpoint) streams.stderr.write(`Testing the checkpoint "${checkpoint}".\n`)
    writeMetrics(await trainer.test(module, test, { signal, checkpoint }), streams.stdout)
  } finally {
    await trainer.dispose()
  }
}

/** The options whose limits end a run. */
const LIMITS: readonly string[] = ['maxEpochs', 'maxSteps', 'maxSeconds']

/** A line that says how a run is resumed, or that it cannot be; nothing where neither is of use. */
function howToResume(given: Arguments, terminal: Terminal, { kind }: StopReason): string {
  if (kind === 'signal') {
    return terminal.canResume()
      ? `Interrupted and saved. Resume with: ${resumeCommand(given)}\n`
      : 'Interrupted, and the state was not saved: that takes checkpoint() of @regimen/plugin-checkpoint in the config.\n'
  }
  if (!terminal.canResume()) return ''
  if (kind === 'plugin') {
    const command = resumeCommand(given)
    return `To train on, change what stopped the run (such as its patience): ${command}\n`
  }
  return `To train on: ${resumeCommand(given, LIMITS.includes(kind) ? kind : undefined)}\n`
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
