import { readFileSync } from 'node:fs'

/** A number, or a nested list of them. */
export type Nested = number | readonly Nested[]

/** What tables.py prints. */
export interface Tables {
  readonly source: string
  readonly sizes: readonly number[]
  readonly data: Readonly<
    Record<string, { readonly shape: readonly number[]; readonly values: readonly number[] }>
  >
  readonly cases: readonly {
    readonly name: string
    readonly options: Readonly<Record<string, unknown>>
    readonly predictions: string
    readonly targets: string
    readonly value: Nested
  }[]
  readonly texts: readonly (readonly [string, readonly string[]])[]
  readonly bleus: readonly { readonly options: object; readonly value: number }[]
  readonly quantiles: { readonly at: readonly number[]; readonly value: readonly number[] }
}

export const tables = JSON.parse(
  readFileSync(new URL('tables.json', import.meta.url), 'utf8'),
) as Tables
