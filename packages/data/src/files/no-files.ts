import { DataError } from '../table/data-error.js'
import type { ByteSource } from './bytes.js'
import type { RandomAccess } from './random-access.js'

/** Stands in for the file system where there is none. @throws REG_DATA_FILE */
export function fileBytes(owner: string, path: string | URL): ByteSource {
  return refuse(owner, path, '{ text: await response.text() }')
}

/** @throws REG_DATA_FILE */
export async function openFile(owner: string, path: string | URL): Promise<RandomAccess> {
  return refuse(owner, path, '{ bytes: await response.arrayBuffer() }')
}

function refuse(owner: string, path: string | URL, advice: string): never {
  throw new DataError(
    'REG_DATA_FILE',
    `${owner}: ${path} cannot be read, for there is no file system here; fetch it and pass ${advice}.`,
    { owner, file: String(path) },
  )
}
