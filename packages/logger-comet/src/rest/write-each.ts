import {
  isLoggerError,
  LoggerError,
  type Rejection,
  type WriteResult,
  type WriterRecord,
} from '@regimen/logger-kit/writer'
import { type CometClient, sdkCode } from './client.js'
import { type RequestContext, recordRequest } from './record-request.js'

/**
 * One request per record. What Comet refuses for good is rejected by itself; what was delivered
 * before a failure is not sent again.
 *
 * @throws LoggerError with what is `done`
 */
export async function writeEach(
  batch: readonly WriterRecord[],
  client: CometClient,
  context: RequestContext,
): Promise<WriteResult> {
  const done: number[] = []
  const rejected: Rejection[] = []
  for (const record of batch) {
    try {
      await client.send(recordRequest(record, context))
      done.push(record.seq)
    } catch (error) {
      if (!isPermanent(error)) throw withDone(error, done)
      const code = String(sdkCode(error) ?? error.status ?? 'unknown')
      rejected.push({ seq: record.seq, code, message: error.message })
    }
  }
  return { rejected }
}

/** Whether trying again is of no use. */
function isPermanent(error: unknown): error is LoggerError {
  return isLoggerError(error) && error.kind === 'permanent'
}

function withDone(error: unknown, done: readonly number[]): unknown {
  if (!isLoggerError(error) || done.length === 0) return error
  const { kind, message, status, retryAfterMs, isAmbiguous, body, cause } = error
  return new LoggerError(kind, message, { status, retryAfterMs, isAmbiguous, body, done, cause })
}
