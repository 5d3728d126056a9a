import type { ErrorCode } from './error-codes.js'

/** What is known about an error besides its text. */
export interface ErrorDetails {
  /** Id of the plugin in which it happened. */
  readonly plugin?: string
  /** Name of the hook during which it happened. */
  readonly hook?: string
  readonly cause?: unknown
}

/**
 * An error whose text says what happened, what was found instead and what to do.
 * `message` begins with the code; `cause` is what was caught, if anything was.
 */
export class RegimenError extends Error {
  override readonly name = 'RegimenError'
  readonly code: ErrorCode
  readonly plugin: string | undefined
  readonly hook: string | undefined
  /** The text without the code. */
  readonly detail: string

  constructor(code: ErrorCode, detail: string, details: ErrorDetails = {}) {
    super(`${code}: ${detail}`, 'cause' in details ? { cause: details.cause } : undefined)
    this.code = code
    this.detail = detail
    this.plugin = details.plugin
    this.hook = details.hook
  }
}

/** Whether a value is a {@link RegimenError}, also one of another copy of this package. */
export function isRegimenError(value: unknown): value is RegimenError {
  return value instanceof Error && value.name === 'RegimenError' && 'code' in value
}

/** The text of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  if (isRegimenError(thrown)) return thrown.detail
  return thrown instanceof Error ? thrown.message : String(thrown)
}

/** An error with a code and place: one that has a code keeps it and only learns where it happened. */
export function located(
  thrown: unknown,
  fallback: ErrorCode,
  place: string,
  details: Omit<ErrorDetails, 'cause'> = {},
): RegimenError {
  if (isRegimenError(thrown)) {
    if (thrown.plugin !== undefined || details.plugin === undefined) return thrown
    return new RegimenError(thrown.code, thrown.detail, {
      ...details,
      cause: thrown.cause ?? thrown,
    })
  }
  return new RegimenError(fallback, `${place}: ${messageOf(thrown)}`, { ...details, cause: thrown })
}
