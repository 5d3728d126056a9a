/** A manifest as it is written. */
export type Manifest = Readonly<Record<string, unknown>> & {
  readonly name: string
  readonly version: string
}

export interface PublicPackage {
  readonly folder: string
  readonly manifest: Manifest
}

/** The manifest of a folder of the workspace; of the workspace itself without one. */
export function manifestOf(folder?: string): Manifest

/** The packages that are published: `folder` as `packages/core`. */
export function publicPackages(): PublicPackage[]

/** What is wrong with the manifest of a public package, one sentence each. */
export function manifestFaults(one: PublicPackage, workspace?: Manifest): string[]
