import type { FileIdentity, FileStat } from '../table/records.js'

/** The bytes of a file, unpacked. */
export interface ByteSource {
  /** As errors name it. */
  readonly file: string
  /** @throws REG_DATA_FILE */
  readonly stat: () => Promise<FileStat>
  /** Reads it; returns what it is. Closes it however it ends. @throws REG_DATA_FILE */
  readonly read: () => AsyncGenerator<Uint8Array, FileIdentity, undefined>
}
