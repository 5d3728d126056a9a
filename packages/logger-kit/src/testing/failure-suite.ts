import { contents } from './cases/contents.js'
import { death } from './cases/death.js'
import { filesOnDisk, spoolOnDisk } from './cases/disk.js'
import { burst, limits } from './cases/limits.js'
import { isolation, outages } from './cases/outages.js'
import { unspooled } from './cases/unspooled.js'
import type { LoggerCase } from './scene.js'
import type { LoggerSubject } from './subject.js'

/**
 * Everything that can go wrong for a logger, as cases for any test runner: limits, failures that
 * pass, outages, lost answers, bursts, refused keys, dying processes, broken disks, odd contents,
 * leaked keys, the caller's objects, and a neighbour that hangs. Real threads, processes, files and
 * sockets on loopback; a case takes seconds.
 *
 * @example
 * ```ts no-run
 * for (const { group, name, run } of loggerFailureSuite(subject)) it(`${group}: ${name}`, run)
 * ```
 */
export function loggerFailureSuite(subject: LoggerSubject): LoggerCase[] {
  if (subject.withoutSpool) return unspooled(subject, subject.withoutSpool)
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
