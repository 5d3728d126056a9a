import type { Axis, Range } from '../curves/axis.js'
import type { Chart } from '../curves/curve.js'
import type { ProfileView, ReportData, RunDetails, RunsView } from '../view-data.js'
import { reportCurve } from './report-curve.js'

/** Which curves a page asks for. */
export interface CurveQuery {
  readonly runs: readonly string[]
  readonly smoothing: number
  readonly axis: Axis
  /** The part of the axis to show; a report has no finer points for it. */
  readonly range: Range | undefined
}

/** Where a page has its data from. */
export interface Source {
  readonly isLive: boolean
  runs(): Promise<RunsView>
  charts(query: CurveQuery): Promise<readonly Chart[]>
  details(run: string): Promise<RunDetails>
  profiles(): Promise<readonly ProfileView[]>
  /** Address of an image. */
  image(run: string, seq: number): string
  /** Calls when something has changed, and with whether the server can be reached. */
  watch(changed: () => void, reached: (isThere: boolean) => void): void
}

/** The server that sent the page, or the data that are in the page. */
export function pageSource(): Source {
  const embedded = document.getElementById('report')?.textContent
  return embedded ? reportSource(JSON.parse(embedded) as ReportData) : serverSource()
}

/** Points of a curve that are asked for: a few for each pixel, fewer where there are many curves. */
const pointsFor = (runs: number): number => (runs > 8 ? 400 : 800)

function serverSource(): Source {
  const get = async <T>(
    path: string,
    query: readonly [string, string][] = [],
  ): Promise<T> => {
    const answer = await fetch(
      `${path}?${new URLSearchParams(query.map((one) => [...one]))}`,
    )
    if (!answer.ok) throw new Error(await answer.text())
    return answer.json() as Promise<T>
  }
  return {
    isLive: true,
    runs: () => get('/api/runs'),
    charts: ({ runs, smoothing, axis, range }) =>
      get('/api/curves', [
        ['smoothing', String(smoothing)],
        ['axis', axis],
        ['points', String(pointsFor(runs.length))],
        ...(range ? rangeQuery(range) : []),
        ...runs.map((run): [string, string] => ['run', run]),
      ]),
    details: (run) => get('/api/details', [['run', run]]),
    profiles: () => get('/api/profiles'),
    image: (run, seq) => `/api/image?${new URLSearchParams({ run, seq: String(seq) })}`,
    watch(changed, reached) {
      const events = new EventSource('/api/events')
      events.addEventListener('change', changed)
      events.addEventListener('open', () => reached(true))
      events.addEventListener('error', () => reached(false))
    },
  }
}

const rangeQuery = ({ from, to }: Range): [string, string][] => [
  ['from', String(from)],
  ['to', String(to)],
]

function reportSource(data: ReportData): Source {
  return {
    isLive: false,
    runs: async () => data,
    charts: async ({ runs, smoothing, axis }) =>
      data.charts.map((chart) => ({
        ...chart,
        curves: chart.curves
          .filter(({ run }) => runs.includes(run))
          .map((curve) => {
            const weight = chart.interval === 'step' ? smoothing : 0
            return reportCurve(curve, { axis, weight })
          }),
      })),
    details: async (run) => data.details[run] ?? { records: [] },
    profiles: async () => data.profiles,
    image: (run, seq) => data.images[`${run} ${seq}`] ?? '',
    watch: () => undefined,
  }
}
