/** A value as it would be written in code, cut to a readable length. */
export function quote(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value !== 'object' || value === null) return String(value)
  if (Object.getPrototypeOf(value) !== Object.prototype && !Array.isArray(value)) {
    return value.constructor?.name ?? 'object'
  }
  try {
    const text = JSON.stringify(value)
    return text.length > 80 ? `${text.slice(0, 77)}...` : text
  } catch {
    return 'object'
  }
}

/** Names in quotes, `none` if there is none. */
export function quoteAll(names: Iterable<string>): string {
  return [...names].map(quote).join(', ') || 'none'
}

/**
 * Refuses keys that an object of options does not have, with the nearest that it has.
 *
 * @throws TypeError
 */
export function checkKeys(
  options: unknown,
  known: readonly string[],
  owner: string,
): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new TypeError(`The options of ${owner} are ${quote(options)}; give an object.`)
  }
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue
    const near = known.find((candidate) => isNear(key, candidate))
    const hint = near === undefined ? '' : ` Did you mean ${quote(near)}?`
    throw new TypeError(
      `${owner} has no option ${quote(key)}.${hint} It has ${known.join(', ')}.`,
    )
  }
}

/** @throws RangeError for anything but a whole number from 0 to `Number.MAX_SAFE_INTEGER` */
export function checkSeed(seed: number, owner: string): void {
  if (Number.isSafeInteger(seed) && seed >= 0) return
  throw new RangeError(
    `The seed of ${owner} is ${quote(seed)}; give a whole number from 0 to ${Number.MAX_SAFE_INTEGER}.`,
  )
}

/** @throws RangeError for anything but a whole number from `least` */
export function checkCount(
  value: unknown,
  { owner, name, least = 1 }: { owner: string; name: string; least?: number },
): void {
  if (Number.isSafeInteger(value) && (value as number) >= least) return
  throw new RangeError(
    `The ${name} of ${owner} is ${quote(value)}; give a whole number from ${least}.`,
  )
}

/** @throws TypeError for anything but one of some words */
export function checkWord(
  value: unknown,
  { owner, name, words }: { owner: string; name: string; words: readonly string[] },
): void {
  if (words.includes(value as string)) return
  throw new TypeError(
    `The ${name} of ${owner} is ${quote(value)}; give ${words.map(quote).join(' or ')}.`,
  )
}

/** @throws TypeError for anything but true and false */
export function checkFlag(
  value: unknown,
  { owner, name }: { owner: string; name: string },
): void {
  if (typeof value === 'boolean') return
  throw new TypeError(
    `The option ${name} of ${owner} is ${quote(value)}; give true or false.`,
  )
}

/** @throws TypeError for anything but a function */
export function checkFunction(value: unknown, owner: string): void {
  if (typeof value === 'function') return
  throw new TypeError(`${owner} is given ${quote(value)}; give a function of a batch.`)
}

/** Whether a word is meant to be another: at most one edit in three letters away, case left out. */
export function isNear(word: string, candidate: string): boolean {
  const a = word.toLowerCase().replaceAll(/[_-]/g, '')
  const b = candidate.toLowerCase()
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = [row]
    for (let column = 1; column <= b.length; column++) {
      const change = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      current.push(
        Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1),
      )
    }
    previous = current
  }
  return (previous[b.length] ?? 0) <= Math.max(1, Math.floor(a.length / 3))
}
