import type { Plugin } from '@regimen/core'
import { Bench } from './bench.js'
import type { Point } from './subject.js'

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/

/** What is wrong with a plugin before it is used at all. */
export function staticFailures(plugin: Plugin, again: Plugin): string[] {
  const { name, id } = plugin
  const failures: string[] = []
  const fail = (text: string) => failures.push(text)
  if (!KEBAB.test(name))
    fail(`The name ${shown(name)} is not kebab-case. Call it like "my-plugin".`)
  if (typeof id !== 'string' || id === '')
    fail(`The id is ${shown(id)}. Make it with definePlugin.`)
  if (again.name !== name) {
    const text = `A second plugin of the factory is called ${shown(again.name)} instead of`
    fail(`${text} ${shown(name)}. Give all the same name, and an id to tell them apart.`)
  }
  return failures
}

/** Taps carry the plugin's own name, all of them are made in `apply`, and two of a kind get along. */
export const names: Point = async ({ bench, make, factory, common }) => {
  const { id, name } = make()
  const { taps } = bench.observation
  const foreign = taps.filter((one) => one.name !== id && one.name !== name)
  const failures = foreign.map(
    (one) =>
      `It taps "${one.hook}" as ${shown(one.name)}, which is not its own name. Tap under context.id.`,
  )
  const second = factory({ id: `${name}-2` })
  if (second.id !== `${name}-2`) return failures
  try {
    const both = new Bench(make(), common, common.metrics, second)
    await both.fit()
    await both.trainer.dispose()
  } catch (thrown) {
    const text = `Two of it, told apart by id, cannot be used together: ${String(thrown)}`
    failures.push(`${text}. Tap under context.id, and keep all state in apply.`)
  }
  return failures
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}
