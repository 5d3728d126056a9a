import type { Profile, ProfileRow } from '../../src/profile.js'

/** A row whose calls took the same time each. */
export function row(
  name: string,
  totalMs: number,
  { plugin, calls = 1 }: { plugin?: string; calls?: number } = {},
): ProfileRow {
  const each = totalMs / calls
  return { name, plugin, calls, totalMs, meanMs: each, p50Ms: each, p95Ms: each }
}

/** A profile of rows that make up the whole, and of training batches. */
export function profile(
  rows: readonly ProfileRow[],
  steps: Partial<Profile['steps']> = {},
  others: Partial<Profile> = {},
): Profile {
  const wallMs = rows.reduce((sum, { totalMs }) => sum + totalMs, 0)
  const noSteps = { count: 0, firstMs: 0, totalMs: 0, p50Ms: undefined }
  return {
    stage: 'fit',
    wallMs,
    rows,
    kernels: undefined,
    steps: { ...noSteps, ...steps },
    ...others,
  }
}
