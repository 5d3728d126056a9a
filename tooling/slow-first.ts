import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Parts of the paths of the files that take longest, the longest first. */
const LONGEST = [
  'logger-comet/test/failures/',
  'logger-kit/test/suite.',
  'test/compiled/memory',
  'cli/test/checkpoints',
  'logger-tensorboard/test/failures',
  'test/readme.',
  'cli/test/diagnose',
  'test/outside',
  'test/layers/layers',
  'plugin-checkpoint/test/kill.',
  'logger-kit/test/contract',
  'logger-comet/test/delivery',
  'test/compiled/random-graphs',
  'cli/test/refusals',
  'engine/process',
  'cli/test/fit',
  'logger-csv/test/failures',
  'test/in-a-page',
  'cli/test/',
  'test/hovers',
]

/**
 * Begins with the files that take long, so that no core waits for the last one of them, and ends with
 * those that share processes.
 */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return sorted.toSorted((a, b) => rankOf(a) - rankOf(b))
  }
}

function rankOf({ moduleId, project }: TestSpecification): number {
  const place = LONGEST.findIndex((part) => moduleId.includes(part))
  if (place >= 0) return place
  if (/\.(system|oracle)\.test\.ts$/.test(moduleId)) return LONGEST.length
  return LONGEST.length + (project.config.isolate ? 1 : 2)
}
