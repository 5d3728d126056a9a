/** What an alert is about. */
export type AlertKind = 'divergence' | 'failure' | 'stall' | 'end' | 'threshold'

/** An alert as channels receive it: plain data. */
export interface AlertEvent {
  readonly kind: AlertKind
  /** Which run it is: the option `title`. */
  readonly title: string
  /** What happened, in a sentence. */
  readonly message: string
  /** Completed epochs and steps. */
  readonly epoch: number
  readonly step: number
  /** Latest value of each metric, where they are known. */
  readonly metrics?: Readonly<Record<string, number>>
}

/** An alert in one line. */
export function textOf({ title, message, epoch, step }: AlertEvent): string {
  return `${title}: ${message} (after ${epoch} epochs, ${step} steps)`
}

/** A limit of a metric. */
export interface Threshold {
  readonly metric: string
  readonly above?: number | undefined
  readonly below?: number | undefined
}

/** What is wrong with a value, in words; `undefined` if nothing is. NaN is past every limit. */
export function crossing(
  { metric, above, below }: Threshold,
  value: number,
): string | undefined {
  if (above !== undefined && !(value <= above))
    return `${metric} is ${value}, above ${above}`
  if (below !== undefined && !(value >= below))
    return `${metric} is ${value}, below ${below}`
  return undefined
}
