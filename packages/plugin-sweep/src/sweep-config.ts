import {
  count,
  custom,
  group,
  invalidOption,
  oneOf,
  optionSchema,
  text,
} from '@regimen/core'
import {
  type Dimension,
  dimensionOf,
  levelsOf,
  type Parameter,
  type Space,
} from './space.js'

/** How the next trials are chosen. */
export type Algorithm = 'grid' | 'random' | 'tpe' | 'halving'

/** What a `sweep.config.ts` (or `.json`, `.yaml`) holds. */
export interface SweepConfig {
  /** Name of the folder below `rootDir`. Default `sweep`. */
  readonly name?: string
  /** Default `tpe`. */
  readonly algorithm?: Algorithm
  /** How many trials; a grid has as many as it has points. */
  readonly trials?: number
  /** What the choice of trials depends on, beside their results. Default 0. */
  readonly seed?: number
  /** The metric by which trials are judged: the best value that a trial reaches counts. */
  readonly monitor: string
  /** Whether less or more of it is better. */
  readonly mode: 'min' | 'max'
  /** What is varied, by the paths that `--set` takes. */
  readonly space: Space
  /** `median`: a trial ends when it is worse than half of those of earlier batches were by then. */
  readonly prune?: 'median' | 'none'
  /**
   * Trials that are chosen at once, with `tpe` and `median`: from the results of all batches before. They may
   * run at the same time. Default 4.
   */
  readonly batch?: number
  /** For `halving`: epochs of the first rung, of the last, and by how much a rung exceeds the one before. */
  readonly halving?: {
    readonly minEpochs?: number
    readonly maxEpochs: number
    readonly factor?: number
  }
}

/** A sweep, checked and complete. It is JSON: the journal begins with it. */
export interface SweepPlan {
  readonly name: string
  readonly algorithm: Algorithm
  readonly trials: number
  readonly seed: number
  readonly monitor: string
  readonly mode: 'min' | 'max'
  readonly space: Space
  readonly prune: 'median' | 'none'
  readonly batch: number
  readonly halving: { minEpochs: number; maxEpochs: number; factor: number } | null
}

/** The config it was given, with its types checked. */
export const defineSweep = (config: SweepConfig): SweepConfig => config

const isObject = (value: unknown) =>
  Object.prototype.toString.call(value) === '[object Object]'

const fields = {
  name: text()
    .matching(/^[\w-][\w.-]*$/, 'the name of a folder')
    .default('sweep'),
  algorithm: oneOf('grid', 'random', 'tpe', 'halving').default('tpe'),
  trials: count().from(1),
  seed: count().default(0),
  monitor: text().required(),
  mode: oneOf('min', 'max').required(),
  space: custom<Space>({
    wanted: 'an object of parameters by their paths, such as "hparams.learningRate"',
    type: 'object',
    isRight: isObject,
  }).required(),
  prune: oneOf('median', 'none').default('none'),
  batch: count().from(1).default(4),
  halving: group({
    minEpochs: count().from(1).default(1),
    maxEpochs: count().from(1).required(),
    factor: count().from(2).default(3),
  }),
}

const FOREIGN = {
  '^objective$|^metric$': '"monitor" and "mode"',
  '^(n_|max_?)?trials$': '"trials"',
  '^parameters$|^search_?space$': '"space"',
  '^direction$|^goal$': '"mode"',
}

const schema = optionSchema('sweep', fields, FOREIGN)

/** Checks a sweep. @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN */
export function sweepPlan(config: unknown): SweepPlan {
  const { trials, halving, ...checked } = schema.check(config)
  const { algorithm, space, prune } = checked
  const dimensions = dimensionsOf(space)
  if (dimensions.length === 0)
    invalidOption('sweep', 'space', space, 'a parameter at least')
  if (algorithm === 'grid' && trials !== undefined)
    invalidOption('sweep', 'trials', trials, 'none with "grid", which tries every point')
  if (algorithm !== 'grid' && trials === undefined)
    invalidOption('sweep', 'trials', trials, 'how many trials there are')
  if ((algorithm === 'halving') !== (halving !== undefined)) {
    const wanted = halving ? 'none without "halving"' : '{ maxEpochs } with "halving"'
    invalidOption('sweep', 'halving', halving, wanted)
  }
  if (halving && halving.minEpochs > halving.maxEpochs)
    invalidOption(
      'sweep',
      'halving.minEpochs',
      halving.minEpochs,
      `at most "maxEpochs", ${halving.maxEpochs}`,
    )
  if (algorithm === 'halving' && prune !== 'none')
    invalidOption('sweep', 'prune', prune, 'none with "halving", which prunes itself')
  if (halving && Object.hasOwn(space, 'maxEpochs'))
    invalidOption(
      'sweep',
      'space',
      'maxEpochs',
      'other keys with "halving", which sets it',
    )
  const points = () =>
    dimensions.reduce((size, [path, one]) => size * levelsOf(one, path).length, 1)
  return {
    ...checked,
    halving: halving ?? null,
    trials: algorithm === 'grid' ? points() : (trials as number),
  }
}

/** The parameters of a space, in its order. @throws REG_OPTION_INVALID */
export function dimensionsOf(space: Space): (readonly [path: string, Dimension])[] {
  return Object.entries<Parameter>(space).map(
    ([path, parameter]) => [path, dimensionOf(path, parameter)] as const,
  )
}
