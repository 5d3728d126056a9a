import * as tf from '@tensorflow/tfjs-core'
import { fail, located, say } from '../floor/errors.js'
import type { RunInfo } from '../hooks/run-info.js'
import {
  checkModule,
  type EvaluationModule,
  type Made,
  type TrainingModule,
} from '../module/modules.js'
import { resolveOptions } from '../state/options.js'
import { withCounters } from '../state/run-state.js'
import { checkedSnapshot, type Snapshot } from '../state/snapshot.js'
import type { Outcome } from '../state/stop-reason.js'
import { tableOf } from '../state/variables.js'
import { silenceGreeting } from './greeting.js'
import { preflight } from './preflight.js'
import type { RunRequest, Session } from './session.js'

/** What to run, with its module. */
export interface StageRequest extends RunRequest {
  readonly module: Made<TrainingModule<never> | EvaluationModule<never>>
}

/** How a stage ended, and its result for the caller. */
export interface StageResult<Result> {
  readonly outcome: Outcome
  readonly result: Result
}

/** Runs a stage: configure, the engine and the module, the body, error, teardown. @throws the first cause */
export async function runStage<Result>(
  session: Session,
  request: StageRequest,
  body: () => Promise<StageResult<Result>>,
): Promise<Result> {
  session.begin(request)
  let outcome: Outcome = 'stopped'
  try {
    await prepare(session, request)
    const ended = await body()
    outcome = ended.outcome
    return ended.result
  } catch (thrown) {
    outcome = 'failed'
    throw await emitError(session, thrown)
  } finally {
    await tearDown(session, outcome)
  }
}

/** The same for a body that yields its results one by one. */
export async function* runGeneratingStage<Item, Result>(
  session: Session,
  request: StageRequest,
  body: () => AsyncGenerator<Item, StageResult<Result>>,
): AsyncGenerator<Item, Result> {
  session.begin(request)
  let outcome: Outcome = 'stopped'
  try {
    await prepare(session, request)
    const ended = yield* body()
    outcome = ended.outcome
    return ended.result
  } catch (thrown) {
    outcome = 'failed'
    throw await emitError(session, thrown)
  } finally {
    await tearDown(session, outcome)
  }
}

/** Emits configure; then makes and checks the module, waits for the backend, collects the variables. */
async function prepare(
  session: Session,
  { stage, module: made }: StageRequest,
): Promise<void> {
  const { hooks, state, signal, original } = session
  const { plugins: _, ...options } = original
  session.configured = await hooks.waterfall(
    'configure',
    options,
    withCounters(state, { stage }),
  )
  session.options = resolveOptions(session.configured)
  silenceGreeting()
  const callModule = <Result>(call: () => Result) =>
    hooks.userCodeWrappers.run('module', 0, call)
  const module = checkModule(
    typeof made === 'function' ? await callModule(made) : made,
    stage,
  )
  session.module = module
  await preflight(stage, session.report)
  await callModule(() => module.setup?.({ stage, signal }))
  session.table = tableOf(callModule(() => module.variables()))
}

/** What a fit adds to the information on a run. */
type FitInfo = Pick<
  RunInfo,
  'data' | 'optimizers' | 'splits' | 'trainBatches' | 'validationBatches'
>
const NO_FIT: FitInfo = {
  data: undefined,
  optimizers: {},
  splits: [],
  trainBatches: undefined,
  validationBatches: undefined,
}

/** Emits setup: from now on plugins know the run. */
export async function emitSetup(session: Session, info: FitInfo = NO_FIT): Promise<void> {
  const { stage, options, module, table, fit, hooks, state } = session
  const run: RunInfo = {
    stage,
    options,
    module,
    hparams: { ...session.hparams, ...module.hparams },
    config: session.config,
    variables: table.byName,
    backend: tf.getBackend(),
    isResumed: session.resumeFrom !== undefined,
    data: info.data,
    optimizers: info.optimizers,
    splits: info.splits,
    validationBatches: info.validationBatches,
    // In a fit it may be known only later, with the first loader.
    get trainBatches() {
      return stage === 'fit' ? fit?.trainBatches : undefined
    },
  }
  await hooks.emit('setup', withCounters(state, { stage, run }))
}

/** Finds the snapshot that a run begins with. @throws REG_SERVICE_MISSING, REG_CHECKPOINT_MISMATCH */
export async function findSnapshot(session: Session): Promise<Snapshot | undefined> {
  const { resumeFrom, host, report, stage } = session
  if (resumeFrom === undefined) return undefined
  if (typeof resumeFrom !== 'string') return checkedSnapshot(resumeFrom)
  const reference = resumeFrom
  const service = host.services('checkpoints')[0]
  const muted = host.mutedProvider('checkpoints')
  if (!service && muted) fail('REG_SERVICE_MISSING.muted', { reference, ...muted })
  if (!service) fail('REG_SERVICE_MISSING.checkpoints', { reference })
  const found = await service.load(reference)
  const isAnew = found === undefined && reference === 'auto' && stage === 'fit'
  if (!isAnew) return checkedSnapshot(found as Snapshot)
  session.resumeFrom = undefined
  report.info(say('notice.anew'))
  return undefined
}

/** Emits an error; errors in its taps do not replace it. */
async function emitError(session: Session, thrown: unknown): Promise<unknown> {
  const error = located(thrown, 'REG_MODULE_FAILED', `${session.stage} failed`)
  session.activeLog = undefined
  await session.hooks.emitAfterError('error', withCounters(session.state, { error }))
  return error
}

async function tearDown(session: Session, outcome: Outcome): Promise<void> {
  const { hooks, state, stage } = session
  const emit = outcome === 'failed' ? 'emitAfterError' : 'emit'
  session.activeLog = undefined
  try {
    await hooks[emit]('teardown', withCounters(state, { stage, outcome }))
  } catch (thrown) {
    throw await emitError(session, thrown)
  } finally {
    session.end()
  }
}
