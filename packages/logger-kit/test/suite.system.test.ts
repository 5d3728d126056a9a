import { describe, it } from 'vitest'
import { loggerFailureSuite } from '../src/testing/index.js'
import { httpSubject } from './example/subject.js'

describe('the example logger in the failure suite', () => {
  it.each(loggerFailureSuite(httpSubject))('$group: $name', ({ run }) => run())
})
