import { describeStop, type FitData, RegimenError, type TrainingModule } from '@regimen/core'
import type { CommandContext } from './command-context.js'
import { writeMetrics } from './metric-lines.js'
import { checkReference, dataMissing, openProject } from './project.js'

/** Trains; with `--test` it tests the trained module too. */
export async function fit({ given, streams, signal }: CommandContext): Promise<void> {
  const { flags } = given
  const project = await openProject(given, streams)
  const { trainer, terminal, module, data, config } = project
  const isTested = flags.test !== undefined
  try {
    checkReference('--resume', flags.resume, terminal)
    const { stop } = await trainer.fit(
      isTested ? async () => withTestStep(await module()) : module,
      isTested ? async () => withTestData(await data()) : data,
      { signal, resumeFrom: flags.resume ?? config.resumeFrom },
    )
    if (terminal.isAlone()) streams.stderr.write(`Stopped: ${describeStop(stop)}.\n`)
    if (!isTested || signal.aborted) return
    const { test } = withTestData(await data())
    writeMetrics(await trainer.test(module, test, { signal }), streams.stdout)
  } finally {
    await trainer.dispose()
  }
}

function withTestStep(module: TrainingModule<unknown>): TrainingModule<unknown> {
  if (module.testStep) return module
  throw new RegimenError('REG_MODULE_INVALID', '--test needs a testStep, which the module has not.')
}

function withTestData(data: FitData<unknown>) {
  const { test } = data
  if (test === undefined) throw dataMissing('test', '--test')
  return { ...data, test }
}
