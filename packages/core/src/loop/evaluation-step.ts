import * as tf from '@tensorflow/tfjs-core'
import { forEachTensor, isStrayPromise, isTensor } from '../data/containers.js'
import { fail } from '../floor/errors.js'
import type { MetricLog } from '../metrics/metric-log.js'
import type { StepContext } from '../module/modules.js'
import type { Session } from '../run/session.js'
import { nextId } from '../state/tensor-data.js'
import { explaining } from './tfjs-errors.js'

/** What a step returned besides metrics, and which tensors of it the step made. */
export interface StepResult {
  readonly output: unknown
  readonly owned: readonly tf.Tensor[]
}

/**
 * Tensors of an output that the step made. Tensors of the batch or the model, and those that the module
 * keeps, belong to others.
 *
 * @param firstId tensors that the step makes have larger ids
 */
export function madeSince(firstId: number, output: unknown): tf.Tensor[] {
  const made: tf.Tensor[] = []
  forEachTensor(output, (tensor) => {
    if (tensor.id > firstId && !tensor.kept) made.push(tensor)
  })
  return made
}

/** What a step of a validation or test needs. */
interface StepEnvironment {
  readonly session: Session
  readonly log: MetricLog
  readonly context: StepContext
}

/** Which step to call, and the prefix of its metrics' names. */
interface StepKind {
  readonly step: 'validationStep' | 'testStep'
  readonly prefix: string
}

/** Calls a step in a tidy that its output outlives; metrics go to the log. @throws REG_STEP_OUTPUT */
export function callEvaluationStep(
  { session, log, context }: StepEnvironment,
  { step, prefix }: StepKind,
  data: unknown,
): StepResult {
  const { module, hooks } = session
  const firstId = nextId()
  let output: unknown
  let owned: tf.Tensor[] = []
  tf.tidy(() => {
    const call = () => module[step]?.(data, context)
    const result = explaining(() =>
      hooks.userCodeWrappers.run<unknown>('evaluation', 0, call),
    )
    if (isStrayPromise(result)) fail('REG_STEP_OUTPUT.promise', { place: step })
    if (result !== undefined && Object(result) !== result)
      fail('REG_STEP_OUTPUT.evaluation', { place: step, found: result })
    const values = (isTensor(result) ? { loss: result } : result) as Record<
      string,
      unknown
    >
    for (const name in values) {
      if (name === 'output') output = values[name]
      else log.returned(prefix + name, values[name])
    }
    owned = madeSince(firstId, output)
    for (const tensor of owned) tf.keep(tensor)
  })
  for (const tensor of owned) tensor.kept = false
  return { output, owned }
}
