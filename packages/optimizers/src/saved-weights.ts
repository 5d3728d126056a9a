import { scalar } from '@tensorflow/tfjs-core'
import type { NamedTensor } from './gradient-pairs.js'
import { quote } from './near-miss.js'
import type { Slots } from './slots.js'

/** The count of a variable's steps among its saved slots. */
const STEPS = 'step'

/** A saved slot, or a count of steps. */
export interface SavedWeight {
  /** The variable's name. */
  readonly variable: string
  readonly slot: string
  readonly tensor: NamedTensor['tensor']
  /** The count, if it is one. */
  readonly steps: number | undefined
}

/** The slots of each variable and its count of steps, as tfjs lists weights: `dense/kernel/m`. */
export function weightsOf(
  steps: ReadonlyMap<string, number>,
  slots: ReadonlyMap<string, Slots>,
): NamedTensor[] {
  return [...steps].flatMap(([variable, count]) => [
    ...Object.entries(slots.get(variable) ?? {}).map(([slot, tensor]) => ({
      name: `${variable}/${slot}`,
      tensor,
    })),
    { name: `${variable}/${STEPS}`, tensor: scalar(count, 'int32') },
  ])
}

/** What a list of weights holds. @throws TypeError for a name that is no slot's */
export async function savedWeights(
  weights: readonly NamedTensor[],
  owner: string,
): Promise<SavedWeight[]> {
  return Promise.all(
    weights.map(async ({ name, tensor }) => {
      const cut = name.lastIndexOf('/')
      if (cut < 0)
        throw new TypeError(
          `${owner}: the weight ${quote(name)} is not known; expected <variable>/<slot>.`,
        )
      const slot = name.slice(cut + 1)
      const steps = slot === STEPS ? (await tensor.data())[0] : undefined
      return { variable: name.slice(0, cut), slot, tensor, steps }
    }),
  )
}
