/** What was typed cannot be done as it was typed: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
