import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { WriterFactory } from '../writer/log-writer.js'

type Exports = Readonly<Record<string, unknown>>

/** The kit's own files while it works from source, so that a writer finds the same copy. */
const ownSource = import.meta.url.endsWith('.ts')
/** What jiti compiles is kept on disk only if jiti's own variable asks for that. */
const fsCache = process.env.JITI_FS_CACHE === 'true'

/**
 * The writer that a module exports. The module may be TypeScript.
 *
 * @throws if there is none, with what to do
 */
export async function loadWriter(module: string): Promise<WriterFactory<never>> {
  const exports = await importModule(module)
  const { writer } = exports
  if (typeof Object(writer).create === 'function') return writer as WriterFactory<never>
  const found = Object.keys(exports).join(', ') || 'nothing'
  const advice =
    'Write "export const writer = defineWriter(…)" there, and name that module'
  throw new Error(`${module} exports no writer, but ${found}. ${advice}.`)
}

async function importModule(module: string): Promise<Exports> {
  const path = fileURLToPath(module)
  if (/\.m?js$/.test(path) && existsSync(path)) return import(/* @vite-ignore */ module)
  return importTypeScript(module)
}

/** Everything that a TypeScript module exports. */
export async function importTypeScript(module: string): Promise<Exports> {
  const loaded = await import('jiti')
  // Seen through jiti itself, its only export may be the function.
  const createJiti = loaded.createJiti ?? loaded.default
  const source = (path: string) =>
    fileURLToPath(new URL(`../${path}/index.ts`, import.meta.url))
  const alias: Record<string, string> = ownSource
    ? {
        '@regimen/logger-kit/writer': source('writer'),
        // Used by the loggers that write files; the longer names must come before the package's own.
        '@regimen/logger-kit/files': source('files'),
        '@regimen/logger-kit/testing': source('testing'),
        '@regimen/logger-kit': source('.'),
      }
    : {}
  const path = fileURLToPath(module)
  const jiti = createJiti(path, { fsCache, moduleCache: false, alias })
  return jiti.import<Exports>(path)
}
