import type { Effort, ModelContestant, ModelTimes } from './model-contestants.js'
import type { ModelName } from './model-nets.js'
import { median } from './statistics.js'

/** How a contestant did on a model. */
export type ModelResult = { readonly contestant: string } & (
  | {
      readonly best: number
      readonly median: number
      readonly rounds: readonly number[]
      /** Median of what the first steps took beyond the others, where it is known. */
      readonly start: number | undefined
    }
  | { readonly reason: string }
)

/** Long enough for V8's optimizing compiler, for memory and for caches to settle. */
const FULL = { rounds: 5, effort: { warmUpSeconds: 2, seconds: 2, steps: 4 } }
const QUICK = { rounds: 1, effort: { warmUpSeconds: 0, seconds: 0, steps: 4 } }

/**
 * Lets contestants train a model in turns, in several rounds: what slows the machine down for minutes
 * slows all of them. One that fails is out.
 */
export async function measureRounds(
  model: ModelName,
  contestants: readonly ModelContestant[],
  isQuick: boolean,
): Promise<ModelResult[]> {
  const { rounds, effort }: { rounds: number; effort: Effort } = isQuick ? QUICK : FULL
  const measured = new Map<string, ModelTimes[]>()
  const reasons = new Map<string, string>()
  for (let round = 0; round < rounds; round++) {
    for (const { name, measure } of contestants) {
      if (reasons.has(name)) continue
      try {
        const times = await measure(model, effort)
        measured.set(name, [...(measured.get(name) ?? []), times])
      } catch (thrown) {
        reasons.set(name, thrown instanceof Error ? thrown.message : String(thrown))
      }
    }
  }
  return contestants.map(({ name }): ModelResult => {
    const reason = reasons.get(name)
    if (reason !== undefined) return { contestant: name, reason }
    const times = measured.get(name) ?? []
    const rounds = times.map(({ stepMs }) => stepMs)
    const starts = times.flatMap(({ startMs }) => startMs ?? [])
    const start = starts.length > 0 ? median(starts) : undefined
    return { contestant: name, best: Math.min(...rounds), median: median(rounds), rounds, start }
  })
}
