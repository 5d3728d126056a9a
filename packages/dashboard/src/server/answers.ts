import { script, styles } from '#page'
import { chartsOf } from '../curves/curve.js'
import { findProfiles } from '../library/profiles.js'
import type { RunLibrary } from '../library/run-library.js'
import { rowOf } from '../library/run-row.js'
import { finite, pageHtml } from '../page-html.js'
import type { RunsView } from '../view-data.js'
import { curveQuery } from './curve-query.js'
import { detailsOf, imageOf } from './run-content.js'

/** What is sent. */
export interface Answer {
  /** 200 if absent. */
  readonly status?: number
  readonly type: string
  readonly body: string | Uint8Array
}

const PAGE = pageHtml({
  title: 'Regimen: runs',
  head: '<link rel="stylesheet" href="/app.css">\n<link rel="icon" href="data:,">',
  tail: '<script src="/app.js"></script>',
})

/** The answer to a path. @returns nothing if there is nothing under it */
export async function answerTo(
  url: URL,
  library: RunLibrary,
): Promise<Answer | undefined> {
  const { pathname, searchParams: query } = url
  switch (pathname) {
    case '/':
      return { type: 'text/html; charset=utf-8', body: PAGE }
    case '/app.js':
      return { type: 'text/javascript; charset=utf-8', body: script }
    case '/app.css':
      return { type: 'text/css; charset=utf-8', body: styles }
    case '/api/runs':
      return json(runsView(library))
    case '/api/curves':
      return curves(library, query)
    case '/api/profiles':
      return json(await findProfiles(library.root, library.runs))
    case '/api/details': {
      const run = library.get(query.get('run') ?? '')
      return run && json(await detailsOf(run))
    }
    case '/api/image': {
      const run = library.get(query.get('run') ?? '')
      const image = run && (await imageOf(run, Number(query.get('seq'))))
      return image && { type: image.mime, body: image.bytes }
    }
    default:
      return undefined
  }
}

function runsView({ root, runs, skipped }: RunLibrary): RunsView {
  return {
    root,
    runs: runs.map(rowOf),
    skipped: skipped.map(({ path, reason }) => `${path}: ${reason}`),
  }
}

/** Runs are looked up among those that were found: a name is never made into a path. */
function selected(library: RunLibrary, query: URLSearchParams) {
  const names = new Set(query.getAll('run'))
  return library.runs.filter(({ id }) => names.has(id))
}

/** Curves of whole runs or of a part of their axis; times are read only if the axis asks for them. */
async function curves(library: RunLibrary, query: URLSearchParams): Promise<Answer> {
  const options = curveQuery(query)
  if (typeof options === 'string')
    return { status: 400, type: 'text/plain; charset=utf-8', body: `${options}\n` }
  const runs = selected(library, query)
  const hasTimes = options.axis === 'time' || options.axis === 'relative'
  if (hasTimes) await Promise.all(runs.map((run) => run.readTimes()))
  return json(chartsOf(runs, options))
}

function json(value: unknown): Answer {
  return { type: 'application/json', body: JSON.stringify(value, finite) }
}
