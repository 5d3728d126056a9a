import type { Session } from '../run/session.js'
import { emitSetup, findSnapshot } from '../run/stage.js'
import { sourceOf } from '../state/snapshot.js'
import { restoreVariables } from '../state/variables.js'

/** setup of a validation, test or prediction, which begins with the weights that it was asked to use. */
export async function openEvaluation(session: Session): Promise<void> {
  const { stage, table, fit } = session
  const snapshot = await findSnapshot(session)
  await emitSetup(session)
  if (!snapshot) return
  restoreVariables(table, snapshot.tensors, sourceOf(snapshot))
  fit?.weightsReplaced(table, stage)
}
