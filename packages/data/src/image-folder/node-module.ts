interface WithModules {
  getBuiltinModule?(name: string): unknown
}

/** A module of Node, without an import that a page could not follow. @throws Error where there is none */
export function nodeModule<T>(name: string, owner: string): T {
  const { process } = globalThis as { process?: WithModules }
  const found = process?.getBuiltinModule?.(name)
  if (found) return found as T
  throw new Error(`${owner} reads files, which needs Node 20.19 or newer, Bun or Deno.`)
}
