import type { PublicPackage } from './manifests.mjs'

/** Runs the pnpm of the workspace in it, and gives what it wrote to its standard output. */
export function pnpm(args: readonly string[]): string

/** Packs every public package into the folder `out`. */
export function packAll(out: string): (PublicPackage & {
  readonly name: string
  readonly file: string
})[]
