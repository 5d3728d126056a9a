import type { TensorData } from '@regimen/core'

/** A file in a store. */
export interface StoredFile {
  /** Path below the store, with forward slashes: `version_0/last.safetensors`. */
  readonly name: string
  readonly size: number
  /** When it was last written, in milliseconds since 1970. */
  readonly modifiedMs: number
  /** What it is instead of a file that can be read: `a folder`, `a link to nothing`. */
  readonly problem?: string | undefined
}

/** What is to be written. Whoever writes it owns it from then on. */
export interface FileContent {
  readonly head: Uint8Array<ArrayBuffer>
  /** What follows the head, in order. */
  readonly body: readonly TensorData['data'][]
  /**
   * Offsets in the head of two runs of 64 zeros. The sha256 of the body goes to the first, in hex;
   * then that of the head, as it is by then, to the second. Absent: nothing is filled in.
   */
  readonly digestsAt?: { readonly body: number; readonly head: number }
  /** Indices of arrays in the body that must not hold NaN, else nothing is written. */
  readonly withoutNaN?: readonly number[]
}

/** What was written. */
export interface Written {
  readonly size: number
  readonly modifiedMs: number
  /** Of the body, in hex. */
  readonly sha256: string
}

/**
 * Where checkpoints are kept. A name holds either what it held before or the whole new content, at
 * any instant, also when the process or the machine dies; what was written before is then still there.
 */
export interface CheckpointStore {
  /** Where that is, for messages. Two stores of one place are the same. */
  readonly place: string
  /** Names of the folders directly in a folder (`''`: the place itself); none if it does not exist. */
  folders(folder: string): Promise<readonly string[]>
  /**
   * What stands directly in a folder, unfinished files left out; nothing if it does not exist. What
   * is no file of the store has a `problem`; it is neither read nor followed.
   */
  list(folder: string): Promise<readonly StoredFile[]>
  /** A file, or a range of its bytes. Rejects if there is none. */
  read(
    name: string,
    range?: { readonly start: number; readonly end: number },
  ): Promise<Uint8Array>
  /** Replaces a file. Resolves once it is safe. Rejects with {@link NaNError}, or the system's error. */
  write(name: string, content: FileContent): Promise<Written>
  /** Makes a file equal to another one, as safely as {@link write}. */
  copy(from: string, to: string): Promise<Written>
  /** Removes a file; one that is not there is no error. */
  remove(name: string): Promise<void>
  /**
   * Rejects with the system's error if no folder can be made. Leaves nothing there. A run asks
   * before it trains, since it makes its folder with its first save only.
   */
  check?(): Promise<void>
  /** Makes a folder. @returns false where it was there already */
  claim(folder: string): Promise<boolean>
  /** Removes what dead processes left unfinished in a folder, and beside it. Nothing of a living one. */
  tidy(folder: string): Promise<void>
  /** Gives back a folder that was claimed, if nothing was written to it. @returns whether it has gone */
  release?(folder: string): Promise<boolean>
  /** Ends what works in the background. The store may be used again. */
  close(): Promise<void>
}

/** Weights that hold NaN are not saved. */
export class NaNError extends Error {
  override readonly name = 'NaNError'
  /** Index of the array in the body. */
  readonly index: number

  constructor(index: number) {
    super(`Part ${index} holds NaN.`)
    this.index = index
  }
}

/** Whether a write was refused because of NaN, by whatever copy of this package. */
export function isNaNError(thrown: unknown): thrown is NaNError {
  return thrown instanceof Error && thrown.name === 'NaNError'
}
