import { RegimenError } from '@regimen/core'

/** Refuses what a metric was called with. @throws REG_METRIC_INPUT */
export function refuse(
  owner: string,
  what: string,
  data: Readonly<Record<string, unknown>> = {},
): never {
  throw new RegimenError('REG_METRIC_INPUT', `${owner}: ${what}`, {
    data: { owner, ...data },
  })
}

/** The shapes of predictions and targets that do not fit. */
export interface FoundShapes {
  readonly predictions: readonly number[]
  readonly targets: readonly number[]
}

/** Refuses shapes, naming both. @throws REG_METRIC_INPUT */
export function refuseShapes(owner: string, found: FoundShapes, expected: string): never {
  const { predictions, targets } = found
  const shapes = `the predictions have the shape [${predictions}], the targets [${targets}]`
  return refuse(owner, `${shapes}; expected ${expected}.`, { predictions, targets })
}
