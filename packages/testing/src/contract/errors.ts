import { type HookName, isRegimenError } from '@regimen/core'
import { Bench, describeError } from './bench.js'
import type { Sabotage } from './sabotage.js'
import type { Point, Subject } from './subject.js'

/** What fails inside each of its hooks comes out under its name, or is dealt with. */
export const errors: Point = async (subject) => {
  const failures: string[] = []
  for (const hook of subject.bench.observation.called) {
    for (const mode of ['payload', 'calls'] as const) {
      const found = await failureIn(subject, { hook, mode, isActive: false })
      if (found === undefined) continue
      failures.push(found)
      break
    }
  }
  return failures
}

async function failureIn(
  subject: Subject,
  sabotage: Sabotage,
): Promise<string | undefined> {
  const { make, common, rejections, resources } = subject
  resources.begin()
  const plugin = make()
  const bench = new Bench(plugin, common)
  bench.observation.sabotage = sabotage
  let thrown: unknown
  try {
    await bench.fit()
  } catch (caught) {
    thrown = caught
  }
  const unhandled = await rejections.take()
  await bench.trainer.dispose().catch(() => undefined)
  resources.takeLeftovers()
  const what = `What fails in its hook "${sabotage.hook}"`
  if (unhandled[0] !== undefined)
    return `${what} is lost${lostAdvice(unhandled[0], sabotage.hook)}`
  if (thrown === undefined || (isRegimenError(thrown) && thrown.plugin === plugin.id))
    return undefined
  const advice =
    'Let errors through as they are: the trainer puts the name of the plugin on them.'
  return `${what} does not carry its name: ${describeError(thrown)}. ${advice}`
}

function lostAdvice(reason: string, hook: HookName): string {
  const advice = `use hooks.${hook}.tapPromise and await, or catch what may fail`
  return ` in a promise that nobody waits for ("${reason}"): ${advice}.`
}
