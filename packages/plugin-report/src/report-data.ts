import { basename, dirname } from 'node:path'
import type { Outcome } from '@regimen/core'
import {
  chartsOf,
  type ProfileView,
  type ReportData,
  type RunRow,
} from '@regimen/dashboard'
import type { Collection } from './collection.js'

/** The most points of a curve in a report. */
const POINTS = 2000

const OUTCOMES = {
  completed: 'finished',
  stopped: 'finished',
  skipped: 'finished',
  interrupted: 'interrupted',
  failed: 'failed',
} as const satisfies Record<Outcome, RunRow['outcome']>

/** How a run went, for its report. */
export interface RunEnd {
  readonly outcome: Outcome
  /** Why it ended, in words. */
  readonly reason: string
  readonly startedAt: number
  readonly endedAt: number
  readonly logDir: string | undefined
  readonly title: string | undefined
  readonly profiles: readonly ProfileView[]
}

/** All that the page of a report shows. */
export function reportData(collection: Collection, end: RunEnd): ReportData {
  const { logDir, title, outcome, reason, startedAt, endedAt, profiles } = end
  const id =
    logDir === undefined ? 'run' : `${basename(dirname(logDir))}/${basename(logDir)}`
  const series = [...collection.series.values()]
  const metrics = series.map((one) => one.summary())
  const epochs = metrics
    .filter(({ interval }) => interval === 'epoch')
    .map(({ last }) => last.epoch + 1)
  const run: RunRow = {
    ...{ id, name: '', version: id, outcome: OUTCOMES[outcome], startedAt, endedAt },
    ...{
      epochs: Math.max(0, ...epochs),
      hparams: collection.hparams,
      metrics,
      faults: [],
    },
  }
  const { records, graph } = collection
  return {
    title: title ?? `${id}: ${reason}`,
    root: '',
    runs: [run],
    skipped: [],
    charts: chartsOf([{ id, series, startedAt }], {
      ...{ smoothing: 0, points: POINTS },
      ...{ axis: 'step', others: ['epoch', 'time', 'relative'] },
    }),
    details: { [id]: { records, ...(graph !== undefined && { graph }) } },
    profiles: profiles.map((profile) => ({ ...profile, run: id })),
    images: collection.images(id),
  }
}
