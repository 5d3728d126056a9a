import { open } from 'node:fs/promises'
import type { Tensor } from '@tensorflow/tfjs-core'
import type { CommandContext } from './command-context.js'
import { lazySource } from './evaluate.js'
import { checkReference, openProject } from './project.js'

/** Predicts: one line of JSON per batch, to stdout or a file. */
export async function predict({ given, streams, signal }: CommandContext): Promise<void> {
  const { checkpoint, out } = given.flags
  const project = await openProject(given, streams)
  const { trainer, module, terminal } = project
  checkReference('--checkpoint', checkpoint, terminal)
  const file = out === undefined ? undefined : await open(out, 'w')
  try {
    const outputs = trainer.predict(module, lazySource(project, 'predict'), { signal, checkpoint })
    for await (const output of outputs) {
      const line = `${JSON.stringify(await plain(output))}\n`
      if (file) await file.write(line)
      else await written(streams.stdout, line)
    }
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EPIPE') throw thrown
  } finally {
    await file?.close()
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
  const entries = Object.entries(value).map(async ([key, inner]) => [key, await plain(inner)])
  return Object.fromEntries(await Promise.all(entries))
}

function isTensor(value: object): value is Tensor {
  return 'dataId' in value && typeof (value as Partial<Tensor>).array === 'function'
}

/** Waits until the reader has taken the line. A reader that went away, such as `head`, is an EPIPE. */
function written(stdout: NodeJS.WritableStream, line: string): Promise<void> {
  return new Promise((resolve, reject) => {
    stdout.once('error', reject)
    stdout.write(line, (error) => {
      stdout.off('error', reject)
      if (error) reject(error)
      else resolve()
    })
  })
}
