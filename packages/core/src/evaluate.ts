import * as tf from '@tensorflow/tfjs-core'
import { sizeOfBatch } from './batch-size.js'
import { BatchCursor, type DataSource, type DataSources, namedSources } from './batch-source.js'
import { disposeAll, isTensor } from './containers.js'
import { located, RegimenError } from './errors.js'
import { MetricLog } from './metric-log.js'
import { FinalMetrics } from './metrics.js'
import type { StepContext } from './module.js'
import { quote } from './nearest.js'
import type { Run } from './run.js'
import { countersOf } from './run-state.js'
import { MutableStepContext } from './step-context.js'
import type { Outcome } from './stop.js'

/** What is evaluated. */
export interface Evaluation {
  readonly kind: 'validation' | 'test'
  readonly sources: DataSources<unknown>
  /** Batches of each loader at most; a share of them in (0, 1). */
  readonly limit: number
  /** Batches of each loader at most, whatever the limit says. */
  readonly cap?: number
  readonly isSanityCheck: boolean
  /** Called where the signal interrupted it, before any end hook. */
  readonly onInterrupted?: () => Promise<void>
}

/** How an evaluation went. */
export interface EvaluationResult {
  readonly isInterrupted: boolean
  /** Metrics by their final names. */
  readonly values: Map<string, number>
}

const HOOKS = {
  validation: {
    start: 'validationStart',
    batchStart: 'validationBatchStart',
    batchEnd: 'validationBatchEnd',
    end: 'validationEnd',
    step: 'validationStep',
    prefix: 'val_',
  },
  test: {
    start: 'testStart',
    batchStart: 'testBatchStart',
    batchEnd: 'testBatchEnd',
    end: 'testEnd',
    step: 'testStep',
    prefix: 'test_',
  },
} as const

/** Runs a validation or a test over all its loaders. Its metrics are means weighted by batch size. */
export async function evaluate(run: Run, evaluation: Evaluation): Promise<EvaluationResult> {
  const hooks = HOOKS[evaluation.kind]
  const log = new MetricLog()
  const head = () => ({
    ...countersOf(run.state),
    stage: run.stage,
    sanity: evaluation.isSanityCheck,
  })
  let isInterrupted = false
  await run.emit(hooks.start, head())
  try {
    run.book.openEvaluation(log)
    isInterrupted = await runLoaders(run, evaluation, log)
    await log.flush()
    if (isInterrupted) await evaluation.onInterrupted?.()
  } catch (thrown) {
    log.dispose()
    run.book.close()
    const metrics = new FinalMetrics(new Map(), [], 'what failed')
    await run.emitAfterError(hooks.end, { ...head(), outcome: 'failed', metrics })
    throw thrown
  }
  const isCounted = evaluation.kind === 'validation' && !evaluation.isSanityCheck && !isInterrupted
  if (isCounted) run.state.validations++
  const values = log.epochValues()
  const progress = log.progressNames
  run.book.openFinal(values, progress)
  const origin = isCounted ? `validation ${run.state.validations}` : `the ${evaluation.kind}`
  const metrics = new FinalMetrics(values, progress, origin)
  const outcome = isInterrupted ? 'interrupted' : 'completed'
  await run.emit(hooks.end, { ...head(), outcome, metrics })
  await run.book.settle()
  run.book.close()
  if (!isInterrupted && !evaluation.isSanityCheck) {
    const content = Object.fromEntries(values)
    const source = evaluation.kind
    await run.record({ kind: 'metrics', source, interval: 'epoch', values: content })
  }
  return { isInterrupted, values }
}

async function runLoaders(run: Run, evaluation: Evaluation, log: MetricLog): Promise<boolean> {
  const place = `data.${evaluation.kind}`
  const named = namedSources(evaluation.sources, place)
  let evaluated = 0
  for (const [name, source] of named) {
    log.suffix = name === undefined ? '' : `/${name}`
    const label = name === undefined ? place : `${place}.${name}`
    const before = evaluated
    evaluated = await runLoader(run, { ...evaluation, name, source, label, evaluated, log })
    if (run.latch.isInterrupted) return true
    if (evaluated === before) {
      throw new RegimenError(
        'REG_DATA_EMPTY',
        `${label} gave no batch. An iterator can be gone through only once: give a function that makes one, or something with a [Symbol.iterator] that begins anew.`,
      )
    }
  }
  return false
}

interface LoaderRun extends Evaluation {
  readonly name: string | undefined
  readonly source: DataSource<unknown>
  readonly label: string
  readonly evaluated: number
  readonly log: MetricLog
}

async function runLoader(run: Run, loader: LoaderRun): Promise<number> {
  const hooks = HOOKS[loader.kind]
  const { epoch } = run.state
  const cursor = await BatchCursor.open(loader.source, {
    epoch,
    limit: loader.limit,
    cap: loader.cap,
    place: loader.label,
  })
  const context = new MutableStepContext(run, false)
  context.epoch = epoch
  context.step = run.state.step
  context.loader = loader.name
  let { evaluated } = loader
  try {
    for (;;) {
      const pending = cursor.next()
      const next = pending instanceof Promise ? await pending : pending
      if (next.done) return evaluated
      const data: unknown = next.value
      const payload = () => ({
        ...countersOf(run.state),
        stage: run.stage,
        sanity: loader.isSanityCheck,
        data,
        loader: loader.name,
        evaluated,
        total: cursor.size,
      })
      context.batch = evaluated
      try {
        loader.log.beginStep()
        run.book.weigh(sizeOfBatch(data))
        await run.emit(hooks.batchStart, payload())
        let outcome: Outcome = 'failed'
        try {
          callStep(run, loader.kind, data, context)
          outcome = 'completed'
        } catch (thrown) {
          const metrics = loader.log.step('the failed step')
          await run.emitAfterError(hooks.batchEnd, { ...payload(), outcome, metrics })
          throw thrown
        }
        evaluated++
        const metrics = loader.log.step('this step')
        await run.emit(hooks.batchEnd, { ...payload(), outcome, metrics })
        metrics.release()
        if (!loader.isSanityCheck) await recordStep(run, loader)
      } finally {
        if (!cursor.isOwner) disposeAll(data)
      }
      if (loader.log.isFull) await loader.log.flush()
      await run.breath.take(performance.now())
      if (run.latch.isInterrupted) return evaluated
    }
  } finally {
    await cursor.close()
  }
}

function callStep(run: Run, kind: Evaluation['kind'], data: unknown, context: StepContext): void {
  const { step, prefix } = HOOKS[kind]
  try {
    tf.tidy(() => {
      const output: unknown = run.module[step]?.(data, context)
      if (output === undefined) return
      if (isTensor(output)) {
        run.book.returned(`${prefix}loss`, output)
        return
      }
      if (typeof output !== 'object' || output === null || 'then' in output) {
        throw badOutput(step, output)
      }
      for (const [name, value] of Object.entries(output)) run.book.returned(prefix + name, value)
    })
  } catch (thrown) {
    throw located(thrown, 'REG_MODULE_FAILED', `${step} failed in batch ${context.batch + 1}`)
  }
}

function badOutput(step: string, output: unknown): RegimenError {
  const found =
    typeof output === 'object' && output ? 'a promise; it must be synchronous' : quote(output)
  return new RegimenError(
    'REG_STEP_OUTPUT',
    `${step} returned ${found}. Return metrics by name, the loss as a tensor, or nothing.`,
  )
}

async function recordStep(run: Run, { kind, log }: LoaderRun): Promise<void> {
  if (!run.hasRecordReaders) return
  const values = await log.stepValues()
  if (Object.keys(values).length === 0) return
  const position = { step: run.takeEvaluationIndex(kind) }
  await run.record({ kind: 'metrics', source: kind, interval: 'step', values }, position)
}
