import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Importer, SourceFile } from './config-tools.js'

const IMPORTED = /(\b(?:from|import)\s*\(?\s*)(["'])(\.{1,2}\/[^"'\n]+\.[cm]?)js\2/g

/**
 * What jiti does with each file under Yarn's Plug'n'Play. There `require.resolve` refuses the options with
 * which jiti looks for `data.ts` where a file imports `./data.js`, so the file is changed to import `./data.ts`.
 *
 * @param importer compiles what was changed
 */
export function transformOf(importer: Importer) {
  return (file: SourceFile): { readonly code: string } => {
    const { source, filename } = file
    const changed = filename === undefined ? source : importsOfSources(source, filename)
    return { code: importer.transform({ ...file, source: changed }) }
  }
}

/** Imports of JavaScript that is not there are those of the TypeScript beside it, where that is. */
export function importsOfSources(source: string, filename: string): string {
  const isThere = (path: string) => existsSync(resolve(dirname(filename), path))
  return source.replace(IMPORTED, (text, before, quote, path) => {
    const isMeant = !isThere(`${path}js`) && isThere(`${path}ts`)
    return isMeant ? `${before}${quote}${path}ts${quote}` : text
  })
}
