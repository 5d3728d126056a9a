import type { Snapshot } from '@regimen/core'

type Fact = readonly [name: string, value: unknown]

/**
 * Where the weights of a snapshot come from: the digest of its tensors, and the checkpoints that its run began with,
 * as `@regimen/plugin-checkpoint` notes them.
 */
export function lineageFacts({ meta, digest }: Snapshot): Fact[] {
  const { lineage } = meta
  const parents = Array.isArray(lineage) ? lineage.map(parentFact) : []
  return [
    ['sha256 of its tensors', digest],
    ...parents.filter((fact) => fact !== undefined),
  ]
}

function parentFact(value: unknown): Fact | undefined {
  const { how, file, digest, epoch, step } = Object(value) as Record<string, unknown>
  if (typeof file !== 'string') return undefined
  const name = how === 'weights' ? 'weights loaded from' : 'resumed from'
  const sum = typeof digest === 'string' ? `, sha256 ${digest}` : ''
  return [name, `${file} (after epoch ${epoch}, step ${step}${sum})`]
}
