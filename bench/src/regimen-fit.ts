import { type AutomaticModule, type Loader, type PluginEntry, Trainer } from '@regimen/core'
import { type Contestant, cycle } from './contestant.js'
import type { Extras } from './hand-loop.js'
import { type Batch, createNet, type Net, type NetSpec } from './nets.js'

/** How Regimen is run. */
export interface RegimenOptions {
  readonly name: string
  readonly extras?: Extras
  readonly plugins?: readonly PluginEntry[]
  /** Numbers that each step logs beside what it returns, and sends to loggers if there are any. */
  readonly logged?: readonly string[]
  readonly rootDir?: string
}

/** The module of a net: the same raw ops as in the hand-written loop. */
export function moduleOf(
  net: Net,
  extras: Extras = 'nothing',
  logged: readonly string[] = [],
): AutomaticModule<Batch> {
  return {
    trainingStep: (batch, { step, log }) => {
      for (const name of logged) log(name, step, { onStep: true, onEpoch: false })
      if (extras === 'nothing') return net.loss(batch)
      const { loss, metrics } = net.lossAndMetrics(batch)
      return { loss, ...metrics }
    },
    variables: () => net.variables,
    configureOptimizers: net.spec.optimizer,
  }
}

/**
 * Regimen on pre-batched tensors. All blocks belong to one fit, and each is an epoch: the source
 * opens the next epoch's loader only when the next block is asked for, so the run stands still in
 * between without a hook or plugin of ours in it. The clock is read twice per block, when the loop
 * asks for the first batch and when it asks for one more after the last: all that the loop does
 * from batch to batch lies between, what it does per epoch does not.
 */
export function regimenFit(
  spec: NetSpec,
  batches: readonly Batch[],
  { name, extras = 'nothing', plugins = [], logged, rootDir }: RegimenOptions,
): Contestant & { readonly net: Net } {
  const net = createNet(spec)
  const nextBatch = cycle(batches)
  const abort = new AbortController()
  const logEvery = logged && { steps: 1 }
  const maxEpochs = Number.POSITIVE_INFINITY
  const trainer = new Trainer({ maxEpochs, plugins, logEvery, rootDir })
  let wanted = deferred<number>()
  let finished = deferred<number>()
  let duration = 0
  const train = async (): Promise<Loader<Batch>> => {
    // Called for the next epoch, so all work of the last one is done and no part of it is left to
    // run during the other's block.
    finished.resolve(duration)
    const steps = await wanted.promise
    wanted = deferred()
    return timedLoader(steps, nextBatch, (milliseconds) => {
      duration = milliseconds
    })
  }
  const fit = trainer.fit(moduleOf(net, extras, logged), { train }, { signal: abort.signal })
  const isReady = finished.promise
  const block = async (steps: number): Promise<number> => {
    await Promise.race([isReady, fit])
    finished = deferred()
    wanted.resolve(steps)
    await Promise.race([finished.promise, fit])
    return duration
  }
  return {
    name,
    net,
    block,
    async close() {
      abort.abort()
      await block(1)
      await fit
      await trainer.dispose()
      net.dispose()
    },
  }
}

/** A loader whose tensors stay its own, and which tells how long its batches took. */
function timedLoader(
  steps: number,
  nextBatch: () => Batch,
  report: (milliseconds: number) => void,
): Loader<Batch> {
  return {
    size: steps,
    ownsBatches: true,
    [Symbol.iterator]() {
      let left = steps
      let start = 0
      return {
        next() {
          if (left === steps) start = performance.now()
          if (left > 0) {
            left--
            return { done: false, value: nextBatch() }
          }
          report(performance.now() - start)
          return { done: true, value: undefined }
        },
      }
    },
  }
}

interface Deferred<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
}

function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined
  const promise = new Promise<T>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
