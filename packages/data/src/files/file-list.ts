import { refuseOption } from '../table/table-options.js'
import type { ByteSource } from './bytes.js'
import { textBytes } from './text-bytes.js'

/** Files of one table: a path, a `file:` URL, several of them that are read one after the other, or a text. */
export type FileInput =
  | string
  | URL
  | readonly (string | URL)[]
  | {
      readonly text: string
      /** As errors name it. Default `text`. */
      readonly name?: string
    }

/** Refuses what names no file. @throws REG_OPTION_INVALID */
export function checkFiles(owner: string, input: FileInput): void {
  const isText = typeof Object(input).text === 'string'
  const paths: readonly unknown[] = isText ? [] : [input].flat()
  const isPath = (path: unknown) =>
    (typeof path === 'string' && path !== '') || path instanceof URL
  if (isText || (paths.length > 0 && paths.every(isPath))) return
  refuseOption(owner, 'files', input, 'a path, a list of paths, or { text }')
}

/** The bytes of all files. The file system is not loaded for a text. */
export async function openFiles(owner: string, input: FileInput): Promise<ByteSource[]> {
  if (typeof input === 'object' && 'text' in input)
    return [textBytes(input.text, input.name ?? 'text')]
  const { fileBytes } = await import('#files')
  return [input].flat().map((path) => fileBytes(owner, path as string | URL))
}
