import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Parts of the paths of the files that take longest, the longest first. */
const LONGEST = [
  'test/registry.',
  'logger-comet/test/failures/',
  'cli/test/checkpoints',
  'cli/test/sweep',
  'logger-kit/test/suite.',
  'test/layers/layers',
  'test/scaffold',
  'plugin-checkpoint/test/kill.',
  'logger-kit/test/contract',
  'test/compiled/memory',
  'test/outside',
  'torch.oracle',
  'curves.oracle',
  'cli/test/diagnose',
  'plugin-checkpoint/test/fallback',
  'logger-comet/test/delivery',
  'test/hovers',
  'plugin-checkpoint/test/resume',
  'logger-tensorboard/test/failures',
  'test/readme.',
  'test/compiled/random-graphs',
  'engine/process',
  'cli/test/fit',
  'cli/test/refusals',
  'test/in-a-page',
  'logger-csv/test/failures',
  'cli/test/',
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
