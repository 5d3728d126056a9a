import type { ModelContestant } from './model-contestants.js'
import { type ModelName, models } from './model-nets.js'
import { median } from './statistics.js'

/** How a contestant did on a model. */
export type ModelResult = { readonly contestant: string } & (
  | { readonly best: number; readonly median: number; readonly rounds: readonly number[] }
  | { readonly reason: string }
)

/**
 * Lets contestants train a model in turns, in several rounds: what slows the machine down for minutes
 * slows all of them. One that fails is out.
 */
export async function measureRounds(
  model: ModelName,
  contestants: readonly ModelContestant[],
  isQuick: boolean,
): Promise<ModelResult[]> {
  const { steps, warmUp } = models[model]
  const effort = isQuick ? { rounds: 1, steps: 3, warmUp: 4 } : { rounds: 5, steps, warmUp }
  const times = new Map<string, number[]>()
  const reasons = new Map<string, string>()
  for (let round = 0; round < effort.rounds; round++) {
    for (const { name, measure } of contestants) {
      if (reasons.has(name)) continue
      try {
        const time = await measure(model, effort.steps, effort.warmUp)
        times.set(name, [...(times.get(name) ?? []), time])
      } catch (thrown) {
        reasons.set(name, thrown instanceof Error ? thrown.message : String(thrown))
      }
    }
  }
  return contestants.map(({ name }): ModelResult => {
    const reason = reasons.get(name)
    const rounds = times.get(name) ?? []
    if (reason !== undefined) return { contestant: name, reason }
    return { contestant: name, best: Math.min(...rounds), median: median(rounds), rounds }
  })
}
