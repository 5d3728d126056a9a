import type { ArtifactRecord, ImageRecord, StoredFile } from '../writer/records.js'
import type { Entry } from './entry.js'

/** An image whose bytes are not in a file yet. */
export type LooseImage = Omit<ImageRecord, keyof StoredFile> & {
  readonly bytes: Uint8Array<ArrayBuffer>
}
/** An artifact whose copy is not measured yet. */
export type LooseArtifact = Omit<ArtifactRecord, 'size' | 'sha256'>
/** An entry as the training thread gives it. */
export type LooseEntry = Entry | LooseImage | LooseArtifact
