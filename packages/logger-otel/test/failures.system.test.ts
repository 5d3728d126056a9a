import { loggerFailureSuite } from '@regimen/logger-kit/testing'
import { describe, it } from 'vitest'
import { subject } from './helpers/subject.js'

// To a logger that keeps nothing, all deaths are one.
const cases = loggerFailureSuite(subject).filter(({ name }) => !/after (exit|throw)/.test(name))

describe('whatever fails,', () => {
  it.each(cases)('$group: the logger $name', ({ run }) => run())
})
