import type { LogRecord } from '@regimen/core'
import type { RecordKind } from '../writer/records.js'

type Kind = LogRecord['kind']

const NAMES: Readonly<Record<Kind, readonly [RecordKind, string]>> = {
  metrics: ['metric', 'metrics'],
  hyperparameters: ['parameter', 'hyperparameters'],
  text: ['text', 'texts'],
  image: ['image', 'images'],
  histogram: ['histogram', 'histograms'],
  artifact: ['artifact', 'artifacts'],
  graph: ['graph', 'graphs'],
}

/** Which records a writer takes; of the others it says once that they are skipped. */
export function kindsTaken(kinds: readonly RecordKind[]) {
  const all = Object.keys(NAMES) as Kind[]
  const taken = new Set(all.filter((kind) => kinds.includes(NAMES[kind][0])))
  const told = new Set<Kind>()
  return {
    has: (kind: Kind): boolean => taken.has(kind),
    /** What to say about a kind, the first time. */
    skip(kind: Kind): string | undefined {
      if (told.has(kind)) return undefined
      told.add(kind)
      return `It takes no ${NAMES[kind]?.[1] ?? `records of kind "${kind}"`}; they are skipped.`
    },
  }
}
