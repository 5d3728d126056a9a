import {
  definePlugin,
  invalidOption,
  type Plugin,
  type PluginContext,
  quote,
  quoteAll,
  RegimenError,
  type RunInfo,
  suggestion,
} from '@regimen/core'
import { type LrLoggerOptions, options, type ResolvedOptions } from './options.js'
import { duplicateOf, rateNames } from './rate-names.js'
import { RateReader } from './rate-reader.js'

declare module '@regimen/core' {
  interface PluginOptionsMap {
    'lr-logger': LrLoggerOptions
  }
}

interface NamedReader {
  readonly name: string
  readonly reader: RateReader
}

/** The rates with which the latest epoch began, by the names under which they are logged. */
type EpochRates = {
  /** 0-based; -1 before the first. */
  readonly epoch: number
  readonly rates: { readonly [name: string]: number }
}
const NOT_STARTED: EpochRates = { epoch: -1, rates: {} }

/**
 * Logs the learning rate of every optimizer: the one that the batch or the epoch uses.
 *
 * @throws REG_OPTION_INVALID, REG_OPTION_UNKNOWN; in a fit, if `strict`, REG_SERVICE_MISSING if
 * there is no logger, or no scheduler
 * @example
 * new Trainer({ plugins: [csvLogger(), lrScheduler({ schedule: exponential({ gamma: 0.9 }) }), lrLogger({ interval: 'epoch' })] })
 */
export function lrLogger(input: LrLoggerOptions = {}): Plugin {
  const resolved = options.check(input)
  const { interval, strict, requireScheduler, names, id: pluginId } = resolved
  return definePlugin<EpochRates>({
    name: 'lr-logger',
    recipe: { factory: lrLogger, options: input, schema: options },
    id: pluginId,
    apply(context) {
      const { id, hooks, log, record, report } = context
      let readers: readonly NamedReader[] = []
      let hasWarned = false
      let started: EpochRates = NOT_STARTED
      const values = () => valuesOf(readers, resolved)

      hooks.setup.tap(id, ({ stage, run }) => {
        readers = stage === 'fit' ? readersOf(run, names ?? {}) : []
        hasWarned = false
        started = NOT_STARTED
        if (stage === 'fit') judge(context, lackOfLogger(context), strict)
      })

      hooks.fitStart.tap(id, () => {
        if (requireScheduler !== false)
          judge(context, lackOfScheduler(context), requireScheduler ?? strict)
        const lacking = readers.filter(({ reader }) => reader.momentum === undefined)
        if (!resolved.momentum || lacking.length === 0) return
        const named = lacking.map(({ name }) => quote(name)).join(', ')
        report.warn(`These optimizers do not have momentum, 0 is logged: ${named}.`)
      })

      hooks.epochStart.tapPromise(id, async ({ epoch }) => {
        // A run that is resumed in mid-epoch has the rates with which the epoch began.
        if (started.epoch === epoch) return
        started = { epoch, rates: values() }
        const missing = readers.find(({ reader }) => reader.learningRate === undefined)
        if (missing && !hasWarned) {
          hasWarned = true
          report.warn(
            `${quote(missing.name)} is not logged: its optimizer has no number learningRate.`,
          )
        }
        if (interval === undefined) {
          await record({
            kind: 'metrics',
            source: 'train',
            interval: 'epoch',
            values: started.rates,
          })
        }
      })

      hooks.batchStart.tap(id, () => {
        if (interval === 'epoch') return
        for (const [name, value] of Object.entries(values())) log(name, value)
      })

      hooks.epochEnd.tap(id, ({ outcome }) => {
        if (interval !== 'epoch' || outcome === 'failed' || outcome === 'interrupted')
          return
        for (const [name, value] of Object.entries(started.rates)) log(name, value)
      })

      return {
        saveState: () => started,
        loadState(saved) {
          started = saved
        },
      }
    },
  })
}

function readersOf(
  { optimizers }: RunInfo,
  customNames: Readonly<Record<string, string>>,
): NamedReader[] {
  const known = Object.keys(optimizers)
  const unknown = Object.keys(customNames).find((name) => !known.includes(name))
  if (unknown !== undefined) {
    const option = `names.${unknown}`
    const text = `lrLogger: "${option}" is for an optimizer that does not exist`
    const wanted = `expected one of ${quoteAll(known)}.${suggestion(unknown, known)}`
    throw new RegimenError('REG_OPTION_INVALID', `${text}; ${wanted}`, {
      data: { owner: 'lrLogger', option, optimizer: unknown, optimizers: known },
    })
  }
  const kinds = Object.entries(optimizers).map(([name, one]) => ({
    name,
    kind: one.getClassName(),
  }))
  const names = rateNames(kinds, customNames)
  const twice = duplicateOf(names)
  if (twice !== undefined) {
    invalidOption('lrLogger', 'names', customNames, 'a name of its own for each', {
      foundText: `${quote(twice)} for two optimizers`,
      data: { metric: twice },
    })
  }
  return Object.values(optimizers).map((optimizer, index) => {
    return { name: names[index] as string, reader: new RateReader(optimizer) }
  })
}

function valuesOf(
  readers: readonly NamedReader[],
  { momentum, weightDecay }: ResolvedOptions,
): Record<string, number> {
  const values: Record<string, number> = {}
  for (const { name, reader } of readers) {
    const rate = reader.learningRate
    if (rate !== undefined) values[name] = rate
    if (momentum) values[`${name}-momentum`] = reader.momentum ?? 0
    if (weightDecay) values[`${name}-weight_decay`] = reader.weightDecay
  }
  return values
}

/** Loggers are muted in a trial run, so that none is asked for there. */
function lackOfLogger({ service }: PluginContext): string | undefined {
  if (service('logger') || service('fastDevRun')) return undefined
  return 'There is no logger: the learning rates are metrics of the run and are written nowhere. Add a logger.'
}

function lackOfScheduler({ services }: PluginContext): string | undefined {
  if (services('lrScheduler').some(({ optimizers }) => optimizers.length > 0))
    return undefined
  return 'No scheduler is active: the learning rates stay as they are. Add lrScheduler() of @regimen/plugin-lr-scheduler, or remove lrLogger.'
}

/** Says what is lacking. @throws REG_SERVICE_MISSING if it is required */
function judge(
  { report }: PluginContext,
  lack: string | undefined,
  isRequired: boolean,
): void {
  if (lack === undefined) return
  if (isRequired)
    throw new RegimenError('REG_SERVICE_MISSING', `lrLogger is strict. ${lack}`, {
      data: { service: 'lrScheduler' },
    })
  report.info(lack)
}
