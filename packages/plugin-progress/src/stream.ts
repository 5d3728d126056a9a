/** What is asked of a stream: `process.stdout`, `process.stderr` or anything that takes text. */
export interface ProgressStream {
  write(text: string, ...rest: never[]): unknown
  /** Columns of the terminal. */
  readonly columns?: number
  /** Lines of the terminal. */
  readonly rows?: number
  readonly isTTY?: boolean
  on?(event: 'resize', listener: () => void): unknown
  off?(event: 'resize', listener: () => void): unknown
}

/** The other stream of the process, if both lead to the terminal. */
export function twinOf(stream: ProgressStream): ProgressStream | undefined {
  const { stdout, stderr } = process
  if (!stdout.isTTY || !stderr.isTTY) return undefined
  if (stream === stdout) return stderr
  return stream === stderr ? stdout : undefined
}

/** A stream whose writes go elsewhere for a while. */
export interface Capture {
  /** Writes past the capture. */
  readonly write: (text: string) => void
  /** Gives the stream its writes back, and the rest of an unfinished line with them. */
  readonly release: () => void
}

type Write = (chunk: unknown, encoding?: unknown, callback?: unknown) => unknown

/**
 * Hands what others write to a stream to `onLines`, in whole lines, so that the `console.log` of a
 * user appears above a bar instead of being overwritten by it.
 */
export function captureWrites(
  stream: ProgressStream,
  onLines: (text: string, write: Capture['write']) => void,
): Capture {
  const target = stream as unknown as { write: Write }
  const inherited = !Object.hasOwn(target, 'write')
  const original = target.write
  const write = (text: string): void => {
    original.call(stream, text)
  }
  const decoder = new TextDecoder()
  let isCapturing = true
  let unfinished = ''
  const captured: Write = (chunk, encoding, callback) => {
    if (!isCapturing) return original.call(stream, chunk, encoding, callback)
    unfinished += textOf(chunk, encoding, decoder)
    const end = unfinished.lastIndexOf('\n') + 1
    const lines = unfinished.slice(0, end)
    unfinished = unfinished.slice(end)
    if (lines !== '') onLines(lines, write)
    const done = typeof encoding === 'function' ? encoding : callback
    if (typeof done === 'function') queueMicrotask(() => done())
    return true
  }
  target.write = captured
  const release = (): void => {
    isCapturing = false
    if (target.write === captured) {
      if (inherited) Reflect.deleteProperty(target, 'write')
      else target.write = original
    }
    if (unfinished !== '') write(unfinished)
  }
  return { write, release }
}

function textOf(chunk: unknown, encoding: unknown, decoder: TextDecoder): string {
  if (chunk instanceof Uint8Array) return decoder.decode(chunk, { stream: true })
  const text = String(chunk)
  return typeof encoding === 'string' && Buffer.isEncoding(encoding)
    ? Buffer.from(text, encoding).toString()
    : text
}
