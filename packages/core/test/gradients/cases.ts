import { algebraCases } from './algebra-cases.js'
import type { GradientCase } from './case.js'
import { imageCases } from './image-cases.js'
import { selectionCases } from './selection-cases.js'

/** Every operation whose gradient is ours. */
export const gradientCases: readonly GradientCase[] = [
  ...algebraCases,
  ...imageCases,
  ...selectionCases,
]
