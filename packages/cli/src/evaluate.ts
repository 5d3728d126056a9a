import { type DataSource, type DataSources, type FitData, printable } from '@regimen/core'
import type { CommandContext } from './command-context.js'
import { dataMissing, openProject, type Project } from './project.js'
import { checkReference, noteUntrained } from './terminal.js'

/** Validates and prints the metrics. */
export function validate(context: CommandContext): Promise<void> {
  return evaluate('validation', context)
}

/** Tests and prints the metrics. */
export function test(context: CommandContext): Promise<void> {
  return evaluate('test', context)
}

async function evaluate(
  split: 'test' | 'validation',
  context: CommandContext,
): Promise<void> {
  const { args, streams, signal } = context
  const { checkpoint } = args.flags
  const project = await openProject(args, streams)
  const { trainer, terminal, module } = project
  try {
    checkReference('--checkpoint', checkpoint, terminal)
    noteUntrained(args, terminal)
    const sources = await sourcesOf(project, split)
    const options = { signal, checkpoint }
    const metrics = await (split === 'test'
      ? trainer.test(module, sources, options)
      : trainer.validate(module, sources, options))
    if (!signal.aborted) writeMetrics(metrics, streams.stdout)
  } finally {
    await trainer.dispose()
  }
}

/**
 * The data of one kind. What a function makes is made when it is opened, so after the engine is set.
 *
 * @throws REG_DATA_INVALID if the config has none
 */
export async function sourcesOf(
  { config, data }: Project,
  split: keyof FitData<unknown>,
): Promise<DataSources<unknown>> {
  if (typeof config.data !== 'function') return splitOf(await data(), split)
  return async (epoch) => {
    const source = splitOf(await data(), split) as DataSource<unknown>
    return typeof source === 'function' ? source(epoch) : source
  }
}

function splitOf(
  data: FitData<unknown>,
  split: keyof FitData<unknown>,
): DataSources<unknown> {
  const source = data[split]
  if (source === undefined) throw dataMissing(split, 'The command')
  return source
}

/** Writes metrics as lines `name=0.1234`, accuracy last, where a script finds it with `tail -1`. */
export function writeMetrics(
  metrics: Readonly<Record<string, number>>,
  stdout: NodeJS.WritableStream,
): void {
  const isAccuracy = (name: string) => Number(/accuracy/i.test(name))
  const names = Object.keys(metrics).sort((a, b) => isAccuracy(a) - isAccuracy(b))
  for (const name of names)
    stdout.write(`${printable(name)}=${metrics[name]?.toFixed(4)}\n`)
}
