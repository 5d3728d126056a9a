import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Test files that take a minute or more, by a part of their paths. */
const SLOW = [
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

/** Begins with the slow files, so that no core waits for the last one of them. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSlow = ({ moduleId }: TestSpecification) => SLOW.some((part) => moduleId.includes(part))
    const sorted = await super.sort(files)
    return [...sorted.filter(isSlow), ...sorted.filter((file) => !isSlow(file))]
  }
}
