import { describe, expect, it } from 'vitest'
import { type LoggerSubject, loggerFailureSuite } from '../src/testing/index.js'
import { httpSubject } from './example/subject.js'

const entry = new URL('./helpers/mutants.ts', import.meta.url)

/** The example with one thing wrong: `mutant` says what. */
const mutantSubject = (mutant: string): LoggerSubject => ({
  ...httpSubject,
  entry,
  async start(folder) {
    const stand = await httpSubject.start(folder)
    return { ...stand, settings: { ...(stand.settings as object), mutant } }
  },
})

describe('the failure suite finds a logger that', () => {
  it.each([
    ['takes a refusal for success', 'ignores-429', 'survives ten refusals in a row'],
    ['takes an error page for success', 'ignores-429', 'delivers everything after a 502'],
    [
      'sends again with another time',
      'stamps-when-sent',
      'waits by itself where the service does not say',
    ],
    ['sends its key in the address', 'key-in-url', 'says that a run which completed has finished'],
    [
      'takes every end for a good one',
      'always-finished',
      'says that a run which failed has failed',
    ],
    ['does not carry numbers that are not finite', 'skips-nan', 'carries numbers of every kind'],
    [
      'makes a run each time it opens one',
      'new-run-each-time',
      'makes one run and loses nothing when the answer to open',
    ],
    [
      'leaves out names that it does not like',
      'drops-odd-names',
      'carries odd names and loses none beside them',
    ],
  ])('%s', async (_, mutant, name) => {
    const found = loggerFailureSuite(mutantSubject(mutant)).find((one) => one.name.includes(name))
    if (!found) throw new Error(`There is no case "${name}".`)
    await expect(found.run()).rejects.toThrow()
  })
})
