import * as tf from '@tensorflow/tfjs-core'
import { fail, located, quote, say, suggestion } from './errors.js'
import type { TrainingModule } from './module.js'
import { resolveOptions } from './options.js'
import { at, initialState, type Outcome, type Stage } from './run-state.js'
import type { Session } from './session.js'
import { tableOf } from './variables.js'

/** A value, or a function that makes it once the engine and the seed are set. */
export type Made<T> = T | (() => T | Promise<T>)

/** What is to be run. */
export interface StageRequest {
  readonly stage: Stage
  readonly module: Made<TrainingModule<never>>
  readonly signal: AbortSignal | undefined
}

/** How a stage went, and what it gives to the caller. */
export type Ended<Result> = { readonly outcome: Outcome; readonly result: Result }

const REQUIRED = {
  fit: ['trainingStep', 'variables', 'configureOptimizers'],
  validate: ['validationStep', 'variables'],
  test: ['testStep', 'variables'],
  predict: ['predictStep', 'variables'],
}
/** Kernels that only gradients need, which some backends lack (stock wasm: most of them). */
const GRADIENT_KERNELS = [
  ...['Conv2DBackpropFilter', 'Conv2DBackpropInput', 'DepthwiseConv2dNativeBackpropFilter'],
  ...['DepthwiseConv2dNativeBackpropInput', 'UnsortedSegmentSum', 'MaxPoolGrad', 'AvgPoolGrad'],
]

/**
 * Runs a stage: configure*, the engine and the module, then the body, then error and teardown.
 *
 * @throws the first cause
 */
export async function* runStage<Item, Result>(
  session: Session,
  request: StageRequest,
  body: () => AsyncGenerator<Item, Ended<Result>, undefined>,
): AsyncGenerator<Item, Result, undefined> {
  const { state, hooks } = session
  const { stage, signal = new AbortController().signal } = request
  session.assertIdle(`${stage}()`)
  const fresh = { isBusy: true, requested: undefined, recorded: { validation: 0, test: 0 } }
  Object.assign(session, { stage, signal, ...fresh })
  Object.assign(state, stage === 'fit' ? initialState() : {}, { stage })
  const unwatch = hooks.watch()
  let outcome: Outcome = 'stopped'
  try {
    await prepare(session, request)
    const ended = yield* body()
    outcome = ended.outcome
    return ended.result
  } catch (thrown) {
    outcome = 'failed'
    throw await observed(session, thrown)
  } finally {
    await tearDown(session, outcome).finally(unwatch)
  }
}

/** Shows an error to those who observe, whose own errors do not replace it. */
async function observed({ stage, state, hooks }: Session, thrown: unknown) {
  const error = located(thrown, 'REG_MODULE_FAILED', `${stage} failed`)
  await hooks.emitAfterError('error', at(state, { error }))
  return error
}

async function tearDown(session: Session, outcome: Outcome): Promise<void> {
  const { stage, state, hooks } = session
  try {
    const emit = outcome === 'failed' ? 'emitAfterError' : 'emit'
    await hooks[emit]('teardown', at(state, { stage, outcome }))
  } catch (thrown) {
    throw await observed(session, thrown)
  } finally {
    for (const one of session.host.installed) one.isMuted = false
    session.fit?.epochLog.dispose()
    Object.assign(state, { stage: 'idle', isSanityCheck: false })
    Object.assign(session, { isBusy: false, isOpen: false, activeLog: undefined })
  }
}

async function prepare(session: Session, { stage, module: made }: StageRequest): Promise<void> {
  const { hooks, state, signal, original } = session
  const { plugins: _, ...own } = original
  session.given = await hooks.waterfall('configure', own, at(state, { stage }))
  session.options = resolveOptions(session.given)
  const within = <Result>(call: () => Result) => hooks.sections.run('module', 0, call)
  const module = checkModule(typeof made === 'function' ? await within(made) : made, stage)
  session.module = module
  await preflight(session)
  await within(() => module.setup?.({ stage, signal }))
  session.table = tableOf(within(() => module.variables()))
}

/** Checks that a module has what a stage needs. @throws REG_MODULE_INVALID */
function checkModule(given: unknown, stage: Stage): TrainingModule<unknown> {
  const module = Object(given) as Readonly<Record<string, unknown>>
  const lacking = REQUIRED[stage].find((part) => typeof module[part] !== 'function')
  if (lacking === undefined) return given as TrainingModule<unknown>
  const part = module[lacking] === undefined ? 'none' : quote(module[lacking])
  const found = given === module ? `it has ${part}` : `${quote(given)} was given`
  const hint = suggestion(lacking, Object.keys(module))
  return fail('REG_MODULE_INVALID.lacks', { part: lacking, stage, found, hint })
}

/** Waits for the backend and says which gradient kernels it lacks. @throws REG_BACKEND_MISSING, REG_GRADIENT_MISSING */
async function preflight({ stage, report }: Session): Promise<void> {
  try {
    await tf.ready()
  } catch (cause) {
    fail('REG_BACKEND_MISSING.none', {}, { cause })
  }
  if (stage !== 'fit') return
  if (!tf.getGradient('Mean')) fail('REG_GRADIENT_MISSING.mean')
  const backend = tf.getBackend()
  const known = new Set(tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName))
  const kernels = GRADIENT_KERNELS.filter((kernel) => !known.has(kernel)).join(', ')
  if (kernels) report.info(say('notice.kernels', { backend, kernels }))
}
