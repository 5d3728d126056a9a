import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** The files that take longest, by a part of their paths. */
const LONGEST = [
  'logger-comet/test/failures/',
  'logger-kit/test/suite',
  'logger-kit/test/contract',
  'test/hovers',
  'test/layers/',
  'test/readme',
  'cli/test/diagnose',
  'cli/test/checkpoints',
  'cli/test/fit',
  'plugin-checkpoint/test/kill',
]

/** Begins with the files that take long, so that no core waits for the last one of them. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    return [0, 1, 2].flatMap((rank) => sorted.filter((file) => rankOf(file) === rank))
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  if (LONGEST.some((part) => moduleId.includes(part))) return 0
  return /\.(system|oracle)\.test\.ts$/.test(moduleId) ? 1 : 2
}
