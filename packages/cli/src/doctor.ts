import os from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isRegimenError } from '@regimen/core'
import { type Accelerator, loadConfig } from '@regimen/core/config'
import * as tf from '@tensorflow/tfjs-core'
import type { CommandContext } from './command-context.js'
import { tfjsCopies } from './tfjs-copies.js'
import { tryEngine } from './try-engine.js'

const ENGINES: readonly Accelerator[] = ['wasm', 'cpu', 'node', 'gpu']

/**
 * Prints what a training stands on.
 *
 * @returns whether nothing is wrong: one tfjs, a readable config if any, an engine that trains
 */
export async function doctor({ given, streams }: CommandContext): Promise<boolean> {
  const lines: string[] = []
  const problems: string[] = []
  const line = (head: string, text: string) => lines.push(`${head.padEnd(12)}${text}`)
  const [cpu] = os.cpus()
  line('Node', `${process.version}, ${process.execPath}`)
  line(
    'System',
    `${os.type()} ${os.release()} ${os.arch()}, ${os.availableParallelism()} x ${cpu?.model ?? 'cpu'}`,
  )
  const found = await loadConfig({ path: given.flags.config }).catch((thrown) => thrown)
  const isMissing = isRegimenError(found) && found.code === 'REG_CONFIG_MISSING'
  if (found instanceof Error) line('Config', isMissing ? 'none here' : found.message)
  else line('Config', found.path)
  if (found instanceof Error && (!isMissing || given.flags.config)) problems.push(found.message)
  const from = found instanceof Error ? join(process.cwd(), 'trainer.config.ts') : found.path
  const copies = tfjsCopies([dirname(from), dirname(dirname(fileURLToPath(import.meta.url)))])
  for (const { version, path } of copies) line('tfjs-core', `${version} ${path}`)
  if (copies.length > 1) {
    problems.push(
      'There is more than one copy of @tensorflow/tfjs-core; give all packages one version.',
    )
  }
  let working = 0
  for (const engine of ENGINES) {
    const failure = await tryEngine(engine, from).catch((thrown: unknown) => thrown)
    if (failure === undefined) working++
    line(engine, failure === undefined ? 'loads and trains' : `no: ${(failure as Error).message}`)
  }
  if (working === 0) problems.push('No engine loads.')
  const hasGradients = Boolean(tf.getGradient('Mean'))
  line('Gradients', hasGradients ? 'registered' : 'not registered')
  if (!hasGradients) problems.push('No gradient is registered in the copy of tfjs that is used.')
  lines.push(
    '',
    ...(problems.length > 0 ? problems.map((text) => `Problem: ${text}`) : ['All is well.']),
  )
  streams.stdout.write(`${lines.join('\n')}\n`)
  return problems.length === 0
}
