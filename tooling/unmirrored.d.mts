/** Paths of the pure rules of a package, relative to its `src`. */
export function pureRules(name: string): string[]

/** Pure rules of all packages that have no test of their name, as `core/src/floor/json.ts`. */
export function unmirrored(): string[]
