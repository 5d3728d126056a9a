import type { ProfileView, Span } from '../view-data.js'
import { h, svg } from './dom.js'

const [WIDTH, ROW] = [1000, 18]

/**
 * Where the time of the selected runs went: the profiler's reports, and the timelines of traces. What
 * belongs to no run that is known comes last, and says so.
 */
export function profileView(
  all: readonly ProfileView[],
  runs: readonly string[],
): HTMLElement {
  const owned = runs.flatMap((run) => all.filter((one) => one.run === run))
  const profiles = [...owned, ...all.filter(({ run }) => run === undefined)]
  const advice =
    "The selected runs have no profiles. Train with csvLogger() and profiler(), or profiler({ mode: 'trace' }) for a timeline."
  if (profiles.length === 0) return h('p', { class: 'empty' }, advice)
  const parts = profiles.map(({ name, run, text, spans, omitted }) =>
    h(
      'section',
      {},
      h('h2', {}, run === undefined ? name : `${run}: ${name}`),
      run === undefined &&
        h('p', { class: 'note' }, 'Of which run this is, its place does not say.'),
      spans.length > 0 && timeline(spans),
      omitted > 0 &&
        h(
          'p',
          { class: 'note' },
          `The ${spans.length} longest spans of ${spans.length + omitted}.`,
        ),
      text !== undefined && h('pre', { tabindex: 0 }, text),
    ),
  )
  return h('div', {}, ...parts)
}

function timeline(spans: readonly Span[]): HTMLElement {
  const tracks = [...new Set(spans.map(({ track }) => track))]
  const end = Math.max(...spans.map(({ start, duration }) => start + duration))
  const depths = tracks.map(
    (track) =>
      Math.max(...spans.filter((one) => one.track === track).map(({ depth }) => depth)) +
      1,
  )
  const tops = depths.map((_, at) =>
    depths.slice(0, at).reduce((sum, depth) => sum + depth * ROW + 22, 0),
  )
  const names = [...new Set(spans.map(({ name }) => name))]
  const bars = spans.map(({ track, name, start, duration, depth }) => {
    const y = (tops[tracks.indexOf(track)] as number) + 18 + depth * ROW
    const place = {
      x: (start / end) * WIDTH,
      y,
      width: Math.max(0.4, (duration / end) * WIDTH),
      height: ROW - 2,
    }
    const title = svg(
      'title',
      {},
      `${name}: ${duration.toFixed(2)} ms at ${start.toFixed(1)} ms`,
    )
    return svg('rect', { ...place, class: `span span-${names.indexOf(name) % 6}` }, title)
  })
  const labels = tracks.map((track, at) =>
    svg('text', { x: 0, y: (tops[at] as number) + 12 }, track),
  )
  const height = (tops.at(-1) ?? 0) + (depths.at(-1) ?? 0) * ROW + 40
  const axis = svg(
    'text',
    { x: WIDTH, y: height - 6, 'text-anchor': 'end' },
    `${(end / 1000).toFixed(2)} s`,
  )
  const label = `Timeline of ${tracks.length} tracks over ${(end / 1000).toFixed(2)} seconds`
  const picture = svg(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${height}`,
      class: 'timeline',
      role: 'img',
      'aria-label': label,
    },
    ...labels,
    ...bars,
    axis,
  )
  return h('div', { class: 'scroll', tabindex: 0 }, picture)
}
