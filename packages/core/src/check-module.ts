import { RegimenError } from './errors.js'
import type { TrainingModule } from './module.js'
import { quote, suggestion } from './nearest.js'
import type { Stage } from './run-state.js'

const REQUIRED: Readonly<Record<Stage, readonly string[]>> = {
  fit: ['trainingStep', 'variables', 'configureOptimizers'],
  validate: ['validationStep', 'variables'],
  test: ['testStep', 'variables'],
  predict: ['predictStep', 'variables'],
}

/** Checks that a module has what a stage needs. @throws REG_MODULE_INVALID */
export function checkModule(given: unknown, stage: Stage): TrainingModule<unknown> {
  if (typeof given !== 'object' || given === null) {
    throw new RegimenError(
      'REG_MODULE_INVALID',
      `${quote(given)} was given as the training module; give an object with ${REQUIRED[stage].join(', ')}, or a function that makes one.`,
    )
  }
  const module = given as Readonly<Record<string, unknown>>
  for (const part of REQUIRED[stage]) {
    if (typeof module[part] === 'function') continue
    const found = module[part] === undefined ? 'it has none' : `it is ${quote(module[part])}`
    throw new RegimenError(
      'REG_MODULE_INVALID',
      `The training module needs a function "${part}" for ${stage}; ${found}.${suggestion(part, Object.keys(module))}`,
    )
  }
  return given as TrainingModule<unknown>
}
