import type { Plugin } from 'vitest/config'
import { pageModule } from '../packages/dashboard/tooling/page-module.js'

const ID = '\0dashboard-page'

/** Bundles the dashboard's `#page` in memory, which its build writes to `dist`: tests need no build. */
export function pageFromSource(): Plugin {
  let code: Promise<string> | undefined
  return {
    name: 'page-from-source',
    enforce: 'pre',
    resolveId: (id) => (id === '#page' ? ID : undefined),
    load(id) {
      if (id !== ID) return undefined
      code ??= pageModule()
      return code
    },
  }
}
