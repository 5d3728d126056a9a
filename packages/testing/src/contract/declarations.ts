import { readFileSync } from 'node:fs'
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
    fail(`${text} ${shown(name)}. Give all the same name, and an id to distinguish them.`)
  }
  return failures
}

/** Taps carry the plugin's own name, all of them are made in `apply`, and two of a kind get along. */
export const names: Point = async ({ bench, make, factory, common }) => {
  const { id, name } = make()
  const { taps } = bench.observation
  const foreign = taps.filter((tap) => tap.name !== id && tap.name !== name)
  const failures = foreign.map(
    (tap) =>
      `It taps "${tap.hook}" as ${shown(tap.name)}, which is not its own name. Tap under context.id.`,
  )
  const second = factory({ id: `${name}-2` })
  if (second.id !== `${name}-2`) return failures
  try {
    const both = new Bench(make(), common, common.metrics, second)
    await both.fit()
    await both.trainer.dispose()
  } catch (thrown) {
    const text = `Two of it, with different ids, cannot be used together: ${String(thrown)}`
    failures.push(`${text}. Tap under context.id, and keep all state in apply.`)
  }
  return failures
}

const WANTED =
  'Give it a heading "Hooks it taps" with a table under it, its first column naming the hooks: | `monitor` | judges |'

/** The table "Hooks it taps" of its README has exactly the hooks that it taps. */
export const readme: Point = ({ readme: path, bench }) => {
  if (path === undefined) return []
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (thrown) {
    return [`The README cannot be read: ${String(thrown)}.`]
  }
  const listed = listedHooks(text)
  if (!listed) return [`The README has no table of the hooks that are tapped. ${WANTED}`]
  const { hooks } = bench.observation
  const missing = hooks.filter((hook) => !listed.includes(hook))
  const untrue = listed.filter((hook) => !hooks.includes(hook))
  return [
    ...missing.map(
      (hook) => `The README does not list the hook "${hook}", which is tapped. Add it.`,
    ),
    ...untrue.map(
      (hook) => `The README lists the hook "${hook}", which is not tapped. Take it out.`,
    ),
  ]
}

/** The first column of the table under the heading "Hooks it taps"; `undefined` if there is none. */
function listedHooks(text: string): string[] | undefined {
  const lines = text.split(/\r?\n/)
  const start = lines.findIndex((line) => /^#+\s+hooks it taps\s*$/i.test(line))
  if (start < 0) return undefined
  const rest = lines.slice(start + 1)
  const end = rest.findIndex((line) => /^#+\s/.test(line))
  const section = end < 0 ? rest : rest.slice(0, end)
  const cells = section.flatMap((line) => /^\|([^|]*)\|/.exec(line)?.[1] ?? [])
  const names = cells.flatMap((cell) =>
    [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ''),
  )
  return section.some((line) => line.startsWith('|')) ? names : undefined
}

/** What touches disk or network says so, so that a trial run can leave it out. */
export const writes: Point = ({ make, common }) => {
  if (make().writes === true) return []
  const places = new Map(common.watch.writes.map((write) => [write.place, write]))
  return [...places.values()].map(
    ({ place, call }) =>
      `It calls ${call} in ${place}, but does not say writes: true, so that a trial run would not skip it.`,
  )
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? String(value)
}
