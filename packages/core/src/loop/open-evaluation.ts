import type { Session } from '../run/session.js'
import { emitSetup, findSnapshot } from '../run/stage.js'
import { sourceOf } from '../state/snapshot.js'
import { restoreVariables } from '../state/variables.js'

/** Emits setup of a validation, test or prediction, then loads the checkpoint's weights if one was asked for. */
export async function openEvaluation(session: Session): Promise<void> {
  const { stage, table, fit } = session
  const snapshot = await findSnapshot(session)
  await emitSetup(session)
  if (!snapshot) return
  restoreVariables(table, snapshot.tensors, sourceOf(snapshot))
  fit?.weightsReplaced(table, stage)
}
