import type * as Fs from 'node:fs'
import type * as Inspector from 'node:inspector'
import type * as Path from 'node:path'

/** What is used of Node. */
export interface NodeModules {
  readonly fs: typeof Fs
  readonly inspector: typeof Inspector
  readonly path: typeof Path
}

/** Node's own modules, or `undefined` in a browser. Asked for at run time, so that bundlers find no import. */
export function nodeModules(): NodeModules | undefined {
  const { process } = globalThis as { process?: Partial<NodeJS.Process> }
  const get = process?.getBuiltinModule
  if (!get) return undefined
  return { fs: get('node:fs'), inspector: get('node:inspector'), path: get('node:path') }
}
