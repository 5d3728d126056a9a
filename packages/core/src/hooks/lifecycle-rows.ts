import type { Counters } from '../state/run-state.js'

/**
 * One line of the lifecycle: how deep it lies in the loop, when it is called and what for, the counter
 * that `on(name, { every })` divides, of an end its start, and whether taps run in reverse plugin
 * order. `types` carries types only.
 */
export type Row<K, P, V> = Readonly<
  Line & Order & { kind: K; types?: { value: V; payload: P } }
>
type Line = { depth: number; about: string; counter?: keyof Counters | 'evaluated' }
type Order = { start?: string; isReversed: boolean }

/** Makes a row of a kind. */
export const row =
  <K extends string>(kind: K, order: Order = { isReversed: false }) =>
  <P, V = undefined>(depth: number, about: string, counter?: Line['counter']) =>
    ({ kind, depth, about, counter, ...order }) as Row<K, P, V>
/** A hook whose taps are awaited one after the other. */
export const series = row('series')
/** A hook whose taps may replace a value. */
export const waterfall = row('waterfall')
/** A hook that ends what another one began. */
export const endOf = (start: string) => row('series', { start, isReversed: true })
