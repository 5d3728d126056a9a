import { lifecycle } from '@regimen/core'

/** Phases of the loop, each with the part of the lifecycle that it comes after in the table. */
export const PHASES = {
  preparation: 'configure',
  'sanity check': 'sanityStart',
  'data wait': 'epochStart',
  'training step': 'batchStart',
  'forward and loss': 'step',
  backward: 'loss',
  optimizer: 'stepStart',
  'metric reads': 'batchEnd',
  'validation: data wait': 'validationStart',
  'validation: step': 'validationBatchStart',
  validation: 'validationBatchEnd',
  'test: data wait': 'testStart',
  'test: step': 'testBatchStart',
  test: 'testBatchEnd',
  'predict: data wait and caller': 'predictStart',
  'predict: step': 'predictBatchStart',
  predict: 'predictBatchEnd',
  loop: 'teardown',
} as const

/** The name of a phase of the loop. */
export type PhaseName = keyof typeof PHASES

/** Evaluations by the names of their hooks. */
export type EvaluationKind = 'validation' | 'test' | 'predict'

const order = Object.keys(lifecycle).flatMap((name) => [
  name,
  ...Object.entries(PHASES).flatMap(([phase, after]) => (after === name ? [phase] : [])),
])

/** Where a phase or hook stands in the table; unknown hooks come last. */
export function placeOf(name: string): number {
  const place = order.indexOf(name)
  return place < 0 ? order.length : place
}
