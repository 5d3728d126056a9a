import { readFileSync } from 'node:fs'
import type { Point } from './subject.js'

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

/** The first column of the table under the heading "Hooks it taps"; `undefined` where there is none. */
export function listedHooks(text: string): string[] | undefined {
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
