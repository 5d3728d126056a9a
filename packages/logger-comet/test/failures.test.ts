import { loggerFailureSuite } from '@regimen/logger-kit/testing'
import { describe, it } from 'vitest'
import { offline, online } from './helpers/subject.js'

const timeout = 120_000

describe.each([
  ['the REST API', online('rest')],
  ['the API of the SDK', online('sdk')],
  ['archives', offline],
] as const)('whatever fails, by %s,', (_, subject) => {
  // Archives go to a folder of their own, not to the one that this case blocks: offline/offline.test.ts.
  const cases = loggerFailureSuite(subject).filter(({ name }) => !name.includes('whose folder'))
  it.each(cases)('$group: the logger $name', { timeout }, ({ run }) => run())
})
