/** An optimizer's name in its module, and what kind of optimizer it is: `Adam`. */
export interface NamedKind {
  readonly name: string
  readonly kind: string
}

/**
 * The names under which rates are logged, in the order of the optimizers: `lr-Adam`, and `lr-Adam-1`,
 * `lr-Adam-2` for further ones of the same kind. A given name replaces one.
 */
export function rateNames(
  optimizers: readonly NamedKind[],
  customNames: Readonly<Record<string, string>>,
): string[] {
  const counts = new Map<string, number>()
  return optimizers.map(({ name, kind }) => {
    const custom = customNames[name]
    if (custom !== undefined) return custom
    const before = counts.get(kind) ?? 0
    counts.set(kind, before + 1)
    return before === 0 ? `lr-${kind}` : `lr-${kind}-${before}`
  })
}

/** The first name that comes twice, if any. */
export function duplicateOf(names: readonly string[]): string | undefined {
  return names.find((name, index) => names.indexOf(name) !== index)
}
