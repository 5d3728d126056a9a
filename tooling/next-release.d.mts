export interface Release {
  readonly releases: readonly {
    readonly name: string
    readonly oldVersion: string
    readonly newVersion: string
  }[]
  readonly changesets: readonly {
    readonly id: string
    readonly releases: readonly { readonly name: string; readonly type: string }[]
  }[]
}

/** The release that is due in the workspace at `folder`; in this one without a folder. */
export function nextRelease(folder?: string): Promise<Release>

/** Why the release is refused, one sentence each. */
export function releaseFaults(release: Release): string[]
