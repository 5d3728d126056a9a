import type { DataSource } from '@regimen/core'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { CommandContext } from './command-context.js'
import { sourcesOf } from './evaluate.js'
import { claimStdout, fileSink, streamSink } from './line-sink.js'
import { openProject } from './project.js'
import { checkReference, noteUntrained } from './terminal.js'

/** Predicts: one line of JSON per batch, to a file or to stdout, which then holds nothing else. */
export async function predict(context: CommandContext): Promise<void> {
  const { results, release } = claimStdout(context.streams)
  try {
    await predictTo(results, context)
  } finally {
    release()
  }
}

async function predictTo(
  results: Pick<NodeJS.WritableStream, 'write'>,
  { args, streams, signal }: CommandContext,
): Promise<void> {
  const { checkpoint, out } = args.flags
  const project = await openProject(args, streams)
  const { trainer, module, terminal } = project
  try {
    checkReference('--checkpoint', checkpoint, terminal)
    noteUntrained(args, terminal)
    const source = (await sourcesOf(project, 'predict')) as DataSource<unknown>
    const sink = out === undefined ? streamSink(results) : await fileSink(out)
    let isComplete = false
    try {
      for await (const output of trainer.predict(module, source, {
        signal,
        checkpoint,
      })) {
        await sink.write(JSON.stringify(await plain(output)))
      }
      isComplete = !signal.aborted
    } finally {
      await sink.close(isComplete)
    }
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EPIPE') throw thrown
  } finally {
    await trainer.dispose()
  }
}

/** Tensors and typed arrays as nested lists; the tensors are disposed of. */
async function plain(value: unknown): Promise<unknown> {
  if (typeof value !== 'object' || value === null) return value
  if (isTensor(value)) {
    const list = await value.array()
    value.dispose()
    return list
  }
  if (ArrayBuffer.isView(value)) return Array.from(value as unknown as ArrayLike<number>)
  if (Array.isArray(value)) return Promise.all(value.map(plain))
  const entries = Object.entries(value).map(async ([key, inner]) => [
    key,
    await plain(inner),
  ])
  return Object.fromEntries(await Promise.all(entries))
}

function isTensor(value: object): value is Tensor {
  return 'dataId' in value && typeof (value as Partial<Tensor>).array === 'function'
}
