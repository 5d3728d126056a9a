/** The manifest in the tarball at `file`. */
export function readTarball(file: string): Readonly<Record<string, unknown>>

/** One sentence for each fault of the tarball at `file`. */
export function tarballFaults(file: string): Promise<string[]>
