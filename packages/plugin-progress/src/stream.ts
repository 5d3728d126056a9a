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

/** The other stream of the process, where both lead to the terminal. */
export function twinOf(stream: ProgressStream): ProgressStream | undefined {
  const { stdout, stderr } = process
  if (!stdout.isTTY || !stderr.isTTY) return undefined
  if (stream === stdout) return stderr
  return stream === stderr ? stdout : undefined
}
