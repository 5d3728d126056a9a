/** A property to be replaced: its owner, its name, and what it becomes. */
export type Replacement = readonly [owner: object, name: PropertyKey, value: unknown]

/**
 * Replaces properties.
 *
 * @returns a function that puts all of them back as they were, own or inherited
 */
export function replaceAll(replacements: readonly Replacement[]): () => void {
  const before = replacements.map(
    ([owner, name]) =>
      [owner, name, Object.getOwnPropertyDescriptor(owner, name)] as const,
  )
  for (const [owner, name, value] of replacements) {
    const enumerable = Object.getOwnPropertyDescriptor(owner, name)?.enumerable ?? false
    Object.defineProperty(owner, name, {
      value,
      enumerable,
      configurable: true,
      writable: true,
    })
  }
  return () => {
    for (const [owner, name, descriptor] of before) {
      if (descriptor) Object.defineProperty(owner, name, descriptor)
      else Reflect.deleteProperty(owner, name)
    }
  }
}
