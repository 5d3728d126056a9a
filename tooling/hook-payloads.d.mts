/** A field of a payload, as it is written in the source. */
export interface Field {
  readonly name: string
  readonly type: string
  readonly sentence: string
  /** The interface that declares it. */
  readonly owner?: string
  /** Of which members of a union it is, where it is not in all of them. */
  readonly kinds?: readonly string[]
}

/** What the taps of a hook are told; `value` is the type of what a waterfall's may replace. */
export interface Told {
  readonly payload: string
  readonly fields: readonly Field[]
  readonly value?: string
}

/** Reads the table `lifecycle` of a file. Throws where a field has no sentence. */
export function hookPayloads(path: string): Map<string, Told>
