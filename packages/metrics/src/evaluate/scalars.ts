import { refuse } from '../floor/fault.js'

/** A value of a metric as numbers by name: a list as `f1_0`, `f1_1` and so on, a record as `f1_mean`. */
export function scalarsOf(
  owner: string,
  name: string,
  value: unknown,
): Record<string, number> {
  const found: Record<string, number> = {}
  collect(name, value, found)
  if (Object.keys(found).length === 0)
    refuse(owner, `the value of the metric ${JSON.stringify(name)} has no number in it.`)
  return found
}

function collect(name: string, value: unknown, into: Record<string, number>): void {
  if (typeof value === 'number') into[name] = value
  else
    for (const [key, part] of Object.entries(Object(value)))
      collect(`${name}_${key}`, part, into)
}
