import { loggerFailureSuite } from '@regimen/logger-kit/testing'
import { describe, it } from 'vitest'
import { subject } from './helpers/subject.js'

// To the writer all deaths are one: the kit's own suite dies by every signal.
const cases = loggerFailureSuite(subject).filter(({ name }) => !/SIG(TERM|INT)/.test(name))

describe('whatever fails,', () => {
  it.each(cases)('$group: the logger $name', ({ run }) => run())
})
