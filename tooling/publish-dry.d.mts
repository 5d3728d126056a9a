/** What npm would send of the tarball at `file`, its sizes in bytes, and what it says against it. */
export function publishDry(file: string): Promise<{
  readonly files: number
  readonly packed: number
  readonly unpacked: number
  readonly faults: readonly string[]
}>
