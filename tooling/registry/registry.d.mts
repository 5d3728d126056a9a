export interface Registry {
  readonly url: string
  /** Sends package managers there. */
  readonly env: NodeJS.ProcessEnv
  /** Publishes a tarball or a folder, by npm. */
  publish(path: string, ...args: string[]): Promise<unknown>
  close(): void
}

/** Where this machine takes packages from. */
export function upstreamRegistry(): Promise<string>

/** Why the packages of others cannot be had; undefined if they can. */
export function whyNoUpstream(upstream: string): Promise<string | undefined>

/** A registry that lives in the folder `base`, on a free port of loopback. */
export function startRegistry(base: string, upstream: string): Promise<Registry>

/** Publishes several tarballs or folders, two at a time. */
export function publishAll(registry: Registry, paths: readonly string[]): Promise<void>
