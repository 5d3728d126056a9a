interface NodeModules {
  readonly 'node:fs': typeof import('node:fs')
  readonly 'node:module': typeof import('node:module')
  readonly 'node:os': typeof import('node:os')
  readonly 'node:v8': typeof import('node:v8')
  readonly 'node:worker_threads': typeof import('node:worker_threads')
}

/** A module of Node, or `undefined` elsewhere. No bundler follows it, so that it costs a page nothing. */
export function nodeModule<Name extends keyof NodeModules>(
  name: Name,
): NodeModules[Name] | undefined {
  const load = globalThis.process?.getBuiltinModule as
    | ((name: string) => NodeModules[Name] | undefined)
    | undefined
  return load?.(name)
}
