import { DataError } from '../table/data-error.js'
import type { ByteSource } from './bytes.js'

/** Stands in for the file system where there is none. @throws REG_DATA_FILE */
export function fileBytes(owner: string, path: string | URL): ByteSource {
  throw new DataError(
    'REG_DATA_FILE',
    `${owner}: ${path} cannot be read, for there is no file system here; fetch it and pass { text: await response.text() }.`,
    { owner, file: String(path) },
  )
}
