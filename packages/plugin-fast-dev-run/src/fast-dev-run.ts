import {
  count,
  definePlugin,
  type OptionFieldsOf,
  optionSchema,
  type Plugin,
  type PluginInfo,
  type TrainerOptions,
} from '@regimen/core'

/** What {@link fastDevRun} takes. */
export interface FastDevRunOptions {
  /** Batches of training, validation, test and prediction. Default 1. */
  readonly batches?: number
}

/** The options of {@link FastDevRunOptions}: check, defaults, table, help and JSON schema. */
export const options = optionSchema('fastDevRun', {
  batches: count()
    .from(1)
    .default(1)
    .describe('batches of training, validation, test and prediction'),
} satisfies OptionFieldsOf<FastDevRunOptions>)

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'fast-dev-run': FastDevRunOptions
  }
}

/**
 * Makes every run a trial: a few batches of everything, whatever the other options say, to see that
 * it works. Plugins that write, and early stopping, are muted for the run, which is reported.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN
 * @example
 * new Trainer({ plugins: [checkpoint(), process.env.TRY && fastDevRun({ batches: 2 })] })
 */
export function fastDevRun(input: FastDevRunOptions = {}): Plugin {
  const { batches } = options.check(input)
  return definePlugin({
    name: 'fast-dev-run',
    recipe: { factory: fastDevRun, options: input, schema: options },
    apply({ id, hooks, plugins, provide, report }) {
      provide('fastDevRun', { batches })
      hooks.configure.tap(id, (configured) => {
        const mutings = mutedPlugins(plugins.list())
        for (const muting of mutings) plugins.mute(muting.id)
        report.info(describeTrial(batches, mutings))
        return trialOptions(configured, batches)
      })
    },
  })
}

/**
 * Options of a run over a few batches of everything: one epoch, no sanity check, a validation and a
 * log record in any case. What else the options say stays; a limit of 0 batches does not.
 */
function trialOptions(options: TrainerOptions, batches: number): TrainerOptions {
  return {
    ...options,
    maxEpochs: 1,
    minEpochs: 0,
    maxSteps: batches,
    minSteps: 0,
    maxSeconds: Number.POSITIVE_INFINITY,
    // The default, every epoch: the core would warn about a set value if there are no validation data.
    validateEvery: undefined,
    limitBatches: {
      train: batches,
      validation: batches,
      test: batches,
      predict: batches,
    },
    sanityBatches: 0,
    logEvery: { steps: 1 },
  }
}

/** A plugin that a trial run mutes, and why. */
export interface Muting {
  readonly id: string
  readonly reason: string
}

const JUDGES = new Map([['early-stopping', 'judges metrics']])

/** What must not act in a trial run: plugins that write, and early stopping. */
export function mutedPlugins(plugins: readonly PluginInfo[]): Muting[] {
  return plugins.flatMap(({ id, name, writes, isMuted }) => {
    const reason = writes ? 'writes' : JUDGES.get(name)
    return isMuted || reason === undefined ? [] : [{ id, reason }]
  })
}

/** The announcement of a trial run. */
export function describeTrial(batches: number, mutings: readonly Muting[]): string {
  const amount = batches === 1 ? '1 batch' : `${batches} batches`
  const muted = mutings.map(({ id, reason }) => `"${id}" (${reason})`).join(', ')
  return `A trial run of ${amount} of everything. Muted: ${muted || 'nothing'}.`
}
