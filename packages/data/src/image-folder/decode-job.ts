/** What is asked of a thread: files, to be decoded to pixels of one size. */
export interface DecodeJob {
  readonly id: number
  readonly paths: readonly string[]
}

/** What a thread answers: the pixels of all files one after the other, or which file is at fault. */
export interface DecodeAnswer {
  readonly id: number
  readonly pixels: Uint8Array
  /** For each file that could not be decoded, its place among the paths and why. */
  readonly broken: readonly { readonly index: number; readonly why: string }[]
}

/** What a thread makes of a file. */
export interface Target {
  readonly size: readonly [height: number, width: number]
  readonly channels: 1 | 3 | 4
  readonly fit: 'stretch' | 'crop' | 'pad'
}

/** An image. */
export interface Pixels {
  readonly width: number
  readonly height: number
  /** RGBA, a byte each. */
  readonly data: Uint8Array
}

/** Decoders and files, as a thread has them. */
export interface DecodeTools {
  readonly readFile: (path: string) => Uint8Array
  readonly png: (bytes: Uint8Array) => Pixels
  readonly jpeg: (bytes: Uint8Array) => Pixels & { readonly exif?: Uint8Array }
}
