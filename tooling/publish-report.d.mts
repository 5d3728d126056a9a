export interface PackedPackage {
  readonly name: string
  readonly version: string
  readonly files: number
  readonly packed: number
  readonly unpacked: number
  readonly peers: Readonly<Record<string, string>>
  readonly optionalPeers: readonly string[]
  readonly faults: readonly string[]
}

/** The lines of a table of the packages, and below it every fault in full. */
export function publishReport(
  packages: readonly PackedPackage[],
  faultsOfAll?: readonly string[],
): string[]
