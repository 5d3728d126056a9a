import { isLoggerError, type WriterState } from '@regimen/logger-kit/writer'

/** A request to create an experiment of which it is not known whether it was carried out. */
export type PendingCreate = {
  readonly name: string
  /** When it was sent, by our clock. */
  readonly since: number
}

const STATE_KEY = 'create'

/** The create whose answer was lost, if one was. */
export function pendingCreate(state: WriterState): PendingCreate | undefined {
  return (state.get(STATE_KEY) as PendingCreate | null | undefined) ?? undefined
}

/**
 * Sends a request that creates an experiment. That it is sent is on disk before, and stays there
 * where the answer is lost, so that it is known also to the process that goes on after a kill.
 */
export async function creating<Answer>(
  state: WriterState,
  pending: PendingCreate,
  create: () => Promise<Answer>,
): Promise<Answer> {
  state.set(STATE_KEY, pending)
  try {
    return await create()
  } catch (error) {
    if (!isLoggerError(error) || !error.isAmbiguous) state.set(STATE_KEY, null)
    throw error
  }
}
