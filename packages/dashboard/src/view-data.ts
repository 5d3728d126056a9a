import type { Chart } from './curves/curve.js'
import type { LoggedRecord } from './library/record-log.js'
import type { RunRow } from './library/run-row.js'

/** The runs that a page shows. */
export interface RunsView {
  /** Where they are, for people. */
  readonly root: string
  readonly runs: readonly RunRow[]
  /** What was found and not read, in words. */
  readonly skipped: readonly string[]
}

/** What a run has beside its metrics. */
export interface RunDetails {
  readonly records: readonly LoggedRecord[]
  /** The model as Keras' JSON. */
  readonly graph?: string
}

/** A span of a trace, in milliseconds from its start. */
export interface Span {
  readonly track: string
  readonly name: string
  readonly start: number
  readonly duration: number
  readonly depth: number
}

/** A profile that `@regimen/profiler` wrote. */
export interface ProfileView {
  /** Id of the run that it belongs to; absent if nothing says which. */
  readonly run?: string
  readonly name: string
  /** Its report in words, if there is one. */
  readonly text?: string
  readonly spans: readonly Span[]
  /** Spans that are not shown. */
  readonly omitted: number
}

/** All that a report holds. */
export interface ReportData extends RunsView {
  readonly title: string
  readonly charts: readonly Chart[]
  readonly details: Readonly<Record<string, RunDetails>>
  readonly profiles: readonly ProfileView[]
  /** Images as data URLs, by `<run> <seq>`. */
  readonly images: Readonly<Record<string, string>>
}
