import {
  type DataSource,
  definePlugin,
  messageOf,
  type PluginContext,
  type RunInfo,
  trialFit,
} from '@regimen/core'
import type { ResolvedOptions } from './options.js'
import type { SizeTrial } from './search.js'

/** A trial that would take more than it may. */
const TOO_LARGE = 'the batch takes more memory than "memoryLimit"'

/** How engines say that there is no memory left. */
const NO_MEMORY =
  /allocation failed|out of memory|invalid (typed )?array (buffer )?length|cannot allocate|could not allocate|memory\.grow|4 GiB|OOM|resource ?exhausted/i

/** Whether an error says that there is no memory left. */
export function isOutOfMemory(thrown: unknown): boolean {
  for (let one: unknown = thrown; one instanceof Error; one = one.cause)
    if (NO_MEMORY.test(one.message)) return true
  return NO_MEMORY.test(messageOf(thrown))
}

/** Bytes that tensors may take where no option says so. */
export function defaultLimit(backend: string): number {
  if (backend === 'wasm') return 3.6e9
  const free = globalThis.process?.availableMemory?.()
  return free === undefined ? Number.POSITIVE_INFINITY : 0.8 * free
}

/** Trains some steps with a batch size on the side of a run. @throws what training throws, but for memory */
export async function trySize(
  run: RunInfo,
  size: number,
  options: ResolvedOptions,
  { tf, signal }: Pick<PluginContext, 'tf' | 'signal'>,
): Promise<SizeTrial> {
  const { steps, train, clock = () => performance.now() } = options
  const { memoryLimit = defaultLimit(run.backend) } = options
  const { probe = () => tf.memory().numBytes } = options
  const seen = { bytes: 0, rows: 0, latest: 0, samples: 0, startedAt: 0, ms: 0 }
  const measure = () => {
    seen.bytes = Math.max(seen.bytes, probe())
    if (seen.bytes > memoryLimit) throw new Error(TOO_LARGE)
  }
  const meter = definePlugin({
    name: 'batch-meter',
    apply({ id, hooks }) {
      hooks.batchStart.tap(id, () => {
        seen.startedAt = clock()
      })
      // Inside the tape: all that the backward pass needs is there.
      hooks.loss.tap(id, (loss) => {
        measure()
        return loss
      })
      hooks.gradients.tap(id, (gradients, { batchSize }) => {
        measure()
        seen.latest = batchSize ?? size
        seen.rows = Math.max(seen.rows, seen.latest)
        return gradients
      })
      hooks.batchEnd.tapPromise(id, async ({ outcome, metrics, step }) => {
        if (outcome === 'failed') return
        if (metrics.has('loss')) await metrics.get('loss')
        // The first step makes what later ones use again.
        if (step === 1 && steps > 1) return
        // The rest of an epoch says little of the size.
        if (seen.latest < seen.rows) return
        seen.ms += clock() - seen.startedAt
        seen.samples += seen.rows
      })
    },
  })
  try {
    const source = (epoch: number) => loaderOf(train(size), epoch)
    await trialFit(run, { train: source, maxSteps: steps, plugins: meter, signal })
  } catch (thrown) {
    const isOver = messageOf(thrown).includes(TOO_LARGE) || isOutOfMemory(thrown)
    const isDiverged =
      (thrown as { readonly code?: unknown }).code === 'REG_LOSS_NOT_FINITE'
    if (!isOver && !isDiverged) throw thrown
    if (isOver) return { size, rows: size, fits: false, bytes: seen.bytes, rate: 0 }
  }
  const rate = seen.ms > 0 ? (1000 * seen.samples) / seen.ms : 0
  return { size, rows: seen.rows || size, fits: true, bytes: seen.bytes, rate }
}

/** What a source gives for an epoch. */
export function loaderOf<B>(source: DataSource<B>, epoch: number) {
  return typeof source === 'function' ? source(epoch) : source
}
