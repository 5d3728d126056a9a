import type { DataSource, DataSources } from '../data/batch-source.js'
import { fail, messageOf } from '../floor/errors.js'
import type { Numbers } from '../metrics/metrics.js'
import type { EvaluationModule, Made } from '../module/modules.js'
import type { RunRequest, Session } from '../run/session.js'
import { emitSetup, findSnapshot, runGeneratingStage, runStage } from '../run/stage.js'
import { sourceOf } from '../state/snapshot.js'
import { restoreVariables } from '../state/variables.js'
import { evaluate } from './evaluate.js'
import { predict } from './predict.js'

/** A module, with the signal and the weights of its evaluation. */
interface EvaluationRequest extends Pick<RunRequest, 'signal' | 'resumeFrom'> {
  readonly module: Made<EvaluationModule<never>>
}

/** Validates or tests. @returns its metrics @throws REG_INTERRUPTED if the signal is aborted */
export async function runEvaluation(
  session: Session,
  kind: 'validation' | 'test',
  request: EvaluationRequest & { readonly sources: DataSources<unknown> },
): Promise<Numbers> {
  const { sources, signal } = request
  const stage = kind === 'validation' ? 'validate' : 'test'
  const evaluated = await runStage(session, { ...request, stage }, async () => {
    await openEvaluation(session)
    const result = await evaluate(session, { kind, sources })
    return { outcome: result.outcome, result }
  })
  const { outcome, batches, result: metrics } = evaluated
  if (outcome !== 'interrupted') return metrics
  const values = { stage, batches, reason: messageOf(signal?.reason) }
  const details = { cause: signal?.reason, data: { metrics } }
  return fail('REG_INTERRUPTED.evaluation', values, details)
}

/** Yields what the step returns for each batch. @throws REG_INTERRUPTED if the signal is aborted */
export async function* runPrediction(
  session: Session,
  request: EvaluationRequest & { readonly source: DataSource<unknown> },
): AsyncGenerator<unknown, void> {
  const { source, signal } = request
  const stage = 'predict'
  const predicted = yield* runGeneratingStage(
    session,
    { ...request, stage },
    async function* () {
      await openEvaluation(session)
      return yield* predict(session, source)
    },
  )
  const { outcome, batches } = predicted
  if (outcome !== 'interrupted') return
  const values = { stage, batches, reason: messageOf(signal?.reason) }
  const details = { cause: signal?.reason, data: { metrics: {} } }
  fail('REG_INTERRUPTED.predict', values, details)
}

/** Emits setup of an evaluation, then loads the checkpoint's weights if one was asked for. */
async function openEvaluation(session: Session): Promise<void> {
  const { stage, table, fit } = session
  const snapshot = await findSnapshot(session)
  await emitSetup(session)
  session.trainedLoader = snapshot?.meta.loaders.train
  if (!snapshot) return
  restoreVariables(table, snapshot.tensors, sourceOf(snapshot))
  fit?.weightsReplaced(table, stage)
}
