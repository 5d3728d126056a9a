const SUFFIX = /_(step|epoch)$/

/** Names worth showing: of a metric logged per step and per epoch only the one without suffix. */
export function shownNames(names: readonly string[]): string[] {
  const known = new Set(names)
  return names.filter((name) => !(SUFFIX.test(name) && known.has(name.replace(SUFFIX, ''))))
}

/** The order of a table: the loss, the other metrics of training, those of the validation. */
export function byOrigin(names: readonly string[]): string[] {
  const rank = (name: string) => (name === 'loss' ? 0 : name.startsWith('val_') ? 2 : 1)
  return names.toSorted((a, b) => rank(a) - rank(b))
}

/**
 * The order of a line that may have no room for all: what was logged with `progress: true` and its
 * validated counterpart first, then what the validation reported, then the rest.
 */
export function byImportance(
  training: readonly string[],
  validation: readonly string[],
  progress: readonly string[],
): string[] {
  const isFirst = (name: string) => progress.includes(name)
  const isCounterpart = (name: string) => progress.some((other) => isValidated(name, other))
  const ordered = [
    ...byOrigin(training.filter(isFirst)),
    ...validation.filter((name) => isFirst(name) || isCounterpart(name)),
    ...validation,
    ...training,
  ]
  return [...new Set(ordered)]
}

function isValidated(name: string, training: string): boolean {
  return name === `val_${training}` || name.startsWith(`val_${training}/`)
}
