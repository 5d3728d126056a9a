import { describe, expect, it } from 'vitest'
import { checkModule } from '../../src/module/modules.js'
import type { Stage } from '../../src/state/run-state.js'

const call = () => {}
const variables = call

describe('a module has what a stage needs', () => {
  it.each<[Stage, object]>([
    ['fit', { trainingStep: call, variables, configureOptimizers: call }],
    ['validate', { validationStep: call, variables }],
    ['test', { testStep: call, variables }],
    ['predict', { predictStep: call, variables }],
    ['predict', Object.create({ predictStep: call, variables })],
    ['predict', Object.assign(() => {}, { predictStep: call, variables })],
  ])('%s', (stage, module) => {
    expect(checkModule(module, stage)).toBe(module)
  })
})

describe('a module that lacks it is refused:', () => {
  it.each<[Stage, unknown, part: string, text: string]>([
    ['fit', {}, 'trainingStep', 'none'],
    ['fit', undefined, 'trainingStep', 'undefined'],
    ['fit', null, 'trainingStep', 'null'],
    ['fit', 5, 'trainingStep', '5'],
    ['fit', '', 'trainingStep', '""'],
    ['fit', { trainingStep: 5 }, 'trainingStep', '5'],
    ['fit', { trainingStep: call }, 'variables', 'none'],
    ['fit', { trainingStep: call, variables: [] }, 'variables', '[]'],
    ['fit', { trainingStep: call, variables }, 'configureOptimizers', 'none'],
    ['validate', { variables }, 'validationStep', 'none'],
    ['test', { validationStep: call, variables }, 'testStep', 'none'],
    ['predict', { predictStep: call }, 'variables', 'none'],
    ['fit', { trainStep: call }, 'trainingStep', ' Did you mean "trainStep"?'],
    ['fit', { training_step: call }, 'trainingStep', ' Did you mean "training_step"?'],
  ])('%s with %o lacks %s', (stage, module, part, text) => {
    expect(() => checkModule(module, stage)).toThrow(
      expect.objectContaining({
        code: 'REG_MODULE_INVALID',
        message: expect.stringContaining(text),
        data: expect.objectContaining({ part, stage }),
      }),
    )
  })
})
