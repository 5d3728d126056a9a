import type { LoggerSubject } from '../subject.js'
import { burst } from './burst.js'
import { contents } from './contents.js'
import { death } from './death.js'
import { filesOnDisk, spoolOnDisk } from './disk.js'
import { isolation } from './isolation.js'
import { limits } from './limits.js'
import { outages } from './outages.js'
import type { LoggerCase } from './scene.js'

/**
 * Everything that can go wrong for a logger, as cases for any test runner: limits, failures that
 * pass, outages, lost answers, bursts, refused keys, dying processes, broken disks, odd contents,
 * leaked keys, the caller's objects, and a neighbour that hangs. Real threads, processes, files and
 * sockets on loopback; a case takes seconds.
 *
 * @example
 * for (const { group, name, run } of loggerFailureSuite(subject)) it(`${group}: ${name}`, run)
 */
export function loggerFailureSuite(subject: LoggerSubject): LoggerCase[] {
  const always = [...burst(subject), ...death(subject), ...contents(subject)]
  if (subject.isFileWriter) return [...always, ...filesOnDisk(subject)]
  return [
    ...always,
    ...limits(subject),
    ...outages(subject),
    ...spoolOnDisk(subject),
    ...isolation(subject),
  ]
}
