/** Loggers find each other by their services, whichever copy of this package they are of. */
export const HURRY: unique symbol = Symbol.for('regimen.logger-hurry') as never

/** A logger that can be told that the end of the run is near. */
export interface Hurried {
  readonly [HURRY]: () => void
}

/** Tells all loggers of a run that its end is near. */
export function hurryAll(loggers: readonly object[]): void {
  for (const logger of loggers) (logger as Partial<Hurried>)[HURRY]?.()
}
