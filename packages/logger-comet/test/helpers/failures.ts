import { type LoggerSubject, loggerFailureSuite } from '@regimen/logger-kit/testing'
import { describe, it } from 'vitest'

/** Tests whatever may fail of one way to Comet; each has a file of its own, since they take long. */
export function testFailures(way: string, subject: LoggerSubject): void {
  // Archives go to a folder of their own, not to the one that this case blocks: offline/offline.test.ts.
  const cases = loggerFailureSuite(subject).filter(({ name }) => !name.includes('whose folder'))
  describe(`whatever fails, by ${way},`, () => {
    it.each(cases)('$group: the logger $name', ({ run }) => run())
  })
}
