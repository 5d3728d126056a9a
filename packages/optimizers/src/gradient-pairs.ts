import {
  engine,
  type NamedTensorMap,
  type Tensor,
  util,
  type Variable,
} from '@tensorflow/tfjs-core'
import { quote } from './near-miss.js'

/** A tensor and its name, as tfjs lists gradients and weights. */
export interface NamedTensor {
  name: string
  tensor: Tensor
}

/** A variable and its gradient. */
export interface GradientPair {
  readonly variable: Variable
  readonly gradient: Tensor
}

/**
 * The variables with their gradients, without those that have none.
 *
 * @throws TypeError for an unknown variable or one that comes twice, RangeError for a gradient of
 * another dtype or shape
 */
export function gradientPairs(
  gradients: NamedTensorMap | NamedTensor[],
  owner: string,
): GradientPair[] {
  const list = Array.isArray(gradients)
    ? gradients
    : Object.entries(gradients).map(([name, tensor]) => ({ name, tensor }))
  const { registeredVariables } = engine()
  const seen = new Set<string>()
  const pairs: GradientPair[] = []
  for (const { name, tensor: gradient } of list) {
    if (gradient == null) continue
    const variable = registeredVariables[name]
    if (variable === undefined) {
      const text = `there is a gradient for ${quote(name)}, which is no variable`
      throw new TypeError(`${owner}: ${text}.`)
    }
    if (seen.has(name))
      throw new TypeError(
        `${owner}: there are two gradients for ${quote(name)}; expected one.`,
      )
    seen.add(name)
    checkGradient(owner, variable, gradient)
    pairs.push({ variable, gradient })
  }
  return pairs
}

function checkGradient(owner: string, variable: Variable, gradient: Tensor): void {
  const { shape } = variable
  const isAlike =
    gradient.dtype === 'float32' &&
    variable.dtype === 'float32' &&
    util.arraysEqual(gradient.shape, shape)
  if (isAlike) return
  const found = `the gradient of ${quote(variable.name)} is ${gradient.dtype} [${gradient.shape}]`
  throw new RangeError(
    `${owner}: ${found}; expected float32 [${shape}], as the variable.`,
  )
}
