import type { ModelCompileArgs } from '@tensorflow/tfjs-layers'
import { invalidOption } from '../floor/option-schema.js'
import { quoteAll } from '../floor/quote.js'
import { isStatefulMetric, type StatefulMetric } from '../metrics/stateful-metrics.js'
import type { LayersMetric, LayersModuleOptions } from './layers-options.js'
import { checkNames } from './row-weights.js'

/** A stateful metric of an output. */
export interface OutputMetric {
  /** As it is reported. */
  readonly name: string
  readonly metric: StatefulMetric
  /** Index of the output. */
  readonly output: number
}

/** Metrics as `compile` takes them, and those that are stateful. */
export interface LayersMetrics {
  readonly compiled: ModelCompileArgs['metrics']
  readonly stateful: readonly OutputMetric[]
}

type Given = LayersMetric | readonly LayersMetric[]

/** Tells the metrics of tfjs from stateful ones. @throws REG_OPTION_INVALID */
export function layersMetricsOf(
  given: LayersModuleOptions['metrics'],
  outputs: readonly string[],
): LayersMetrics {
  const { compiled, stateful } = isRecord(given)
    ? byName(given, outputs)
    : ofEach(given, outputs)
  const names = stateful.map(({ name }) => name)
  const twice = names.find((name, index) => names.indexOf(name) !== index)
  if (twice !== undefined)
    invalidOption(
      'layersModule',
      'metrics',
      given,
      'a name of its own for each: { f1: f1(), f1Macro: f1() }',
      {
        foundText: `${quoteAll([twice])} for two metrics`,
      },
    )
  return { compiled, stateful }
}

function ofEach(given: Given | undefined, outputs: readonly string[]): LayersMetrics {
  const list = listOf(given)
  const stateful = outputs.flatMap((_, output) =>
    list
      .filter(isStatefulMetric)
      .map((metric) => named(metric.name, metric, output, outputs)),
  )
  return { compiled: compiledOf(list), stateful }
}

function byName(
  given: Readonly<Record<string, Given>>,
  outputs: readonly string[],
): LayersMetrics {
  const entries = Object.entries(given)
  const isOfNames =
    outputs.length === 1 &&
    entries.every(([name, metric]) => !outputs.includes(name) && isStatefulMetric(metric))
  if (isOfNames) {
    const stateful = entries.map(([name, metric]) => ({
      name,
      metric: metric as StatefulMetric,
      output: 0,
    }))
    return { compiled: undefined, stateful }
  }
  checkNames('metrics', given, outputs)
  const stateful = entries.flatMap(([name, metrics]) =>
    listOf(metrics)
      .filter(isStatefulMetric)
      .map((metric) => named(metric.name, metric, outputs.indexOf(name), outputs)),
  )
  const compiled = entries.map(
    ([name, metrics]) => [name, compiledOf(listOf(metrics)) ?? []] as const,
  )
  return {
    compiled: Object.fromEntries(compiled) as ModelCompileArgs['metrics'],
    stateful,
  }
}

function named(
  name: string,
  metric: StatefulMetric,
  output: number,
  outputs: readonly string[],
): OutputMetric {
  const before = outputs.length === 1 ? '' : `${outputs[output]}_`
  return { name: before + name, metric, output }
}

function compiledOf(list: readonly LayersMetric[]): ModelCompileArgs['metrics'] {
  const plain = list.filter((metric) => !isStatefulMetric(metric))
  return plain.length === 0 ? undefined : (plain as ModelCompileArgs['metrics'])
}

const listOf = (given: Given | undefined): readonly LayersMetric[] => {
  if (given === undefined) return []
  return Array.isArray(given) ? given : [given as LayersMetric]
}

const isRecord = (given: unknown): given is Readonly<Record<string, Given>> =>
  typeof given === 'object' &&
  given !== null &&
  !Array.isArray(given) &&
  !isStatefulMetric(given)

/** tfjs shortens `accuracy` to `acc`; here a metric keeps the user's name. */
export function longName(name: string, metrics: LayersModuleOptions['metrics']): string {
  const isLong = JSON.stringify(metrics ?? '').includes('"accuracy"')
  return isLong ? name.replace(/(^|_)acc$/, '$1accuracy') : name
}
