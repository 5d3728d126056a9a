import { invalidOption } from '../floor/option-schema.js'
import type { LayersModuleOptions } from './layers-options.js'
import { checkNames } from './row-weights.js'

/** How much the loss of each output counts, in the model's order; nothing if all count 1. @throws REG_OPTION_INVALID */
export function lossWeightsOf(
  given: LayersModuleOptions['lossWeights'],
  outputs: readonly string[],
): readonly number[] | undefined {
  if (given === undefined) return undefined
  const isList = Array.isArray(given)
  if (isList && given.length !== outputs.length)
    invalidOption(
      'layersModule',
      'lossWeights',
      given,
      `${outputs.length} numbers, one for each output`,
    )
  if (!isList) checkNames('lossWeights', given, outputs)
  const byName = given as Readonly<Record<string, number>>
  const weights = isList
    ? (given as readonly number[])
    : outputs.map((name) => byName[name] ?? 1)
  const wrong = weights.find((weight) => !Number.isFinite(weight))
  if (wrong !== undefined)
    invalidOption('layersModule', 'lossWeights', given, 'finite numbers')
  return weights
}
