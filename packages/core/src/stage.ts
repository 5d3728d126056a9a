import * as tf from '@tensorflow/tfjs-core'
import { fail, located, quote, say, suggestion } from './errors.js'
import type { TrainingModule } from './module.js'
import { resolveOptions } from './options.js'
import { at, initialState, type Outcome, type Stage } from './run-state.js'
import type { Session } from './session.js'
import needs from './stage-needs.json' with { type: 'json' }
import { tableOf } from './variables.js'

/** A value, or a function that makes it once the engine and the seed are set. */
export type Made<T> = T | (() => T | Promise<T>)

/** What is to be run. */
type StageRequest = { stage: Stage; module: Made<AnyModule>; signal: AbortSignal | undefined }
type AnyModule = TrainingModule<never>

/** How a stage went, and what it gives to the caller. */
export type Ended<Result> = { readonly outcome: Outcome; readonly result: Result }

/**
 * Runs a stage: configure*, the engine and the module, then the body, then error and teardown.
 *
 * @throws the first cause
 */
export async function* runStage<Item, Result>(
  session: Session,
  { stage, module, signal = new AbortController().signal }: StageRequest,
  body: () => AsyncGenerator<Item, Ended<Result>> | Promise<Ended<Result>>,
): AsyncGenerator<Item, Result, undefined> {
  const { state, hooks } = session
  session.assertIdle(`${stage}()`)
  Object.assign(session, { stage, signal, requested: undefined })
  Object.assign(session.recorded, { validation: 0, test: 0 })
  Object.assign(state, stage === 'fit' ? initialState() : {}, { stage })
  const unwatch = hooks.watch()
  let outcome: Outcome = 'stopped'
  try {
    await prepare(session, module)
    const going = body()
    const ended = Symbol.asyncIterator in going ? yield* going : await going
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
    session.fit?.close()
    Object.assign(state, { stage: 'idle', isSanityCheck: false })
    Object.assign(session, { isOpen: false, activeLog: undefined })
  }
}

async function prepare(session: Session, made: Made<AnyModule>): Promise<void> {
  const { stage, hooks, state, signal, original } = session
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
  const lacking = needs.parts[stage].find((part) => typeof module[part] !== 'function')
  if (lacking === undefined) return given as TrainingModule<unknown>
  const part = module[lacking] === undefined ? 'none' : quote(module[lacking])
  const found = given === module ? `it has ${part}` : `${quote(given)} was given`
  const hint = suggestion(lacking, Object.keys(module))
  return fail('REG_MODULE_INVALID.lacks', { part: lacking, stage, found, hint })
}

/** Waits for the backend and says which gradient kernels it lacks. @throws REG_BACKEND_MISSING, REG_GRADIENT_MISSING */
async function preflight({ stage, report }: Session): Promise<void> {
  await tf.ready().catch((cause) => fail('REG_BACKEND_MISSING.none', {}, { cause }))
  if (stage !== 'fit') return
  if (!tf.getGradient('Mean')) fail('REG_GRADIENT_MISSING.mean')
  const backend = tf.getBackend()
  const known = new Set(tf.getKernelsForBackend(backend).map(({ kernelName }) => kernelName))
  const kernels = needs.gradientKernels.filter((kernel) => !known.has(kernel)).join(', ')
  if (kernels) report.info(say('notice.kernels', { backend, kernels }))
}
