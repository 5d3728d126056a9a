import type { RunRow } from '../library/run-row.js'
import { compareView } from './compare-view.js'
import type { Settings } from './controls.js'
import type { CurvesPanel } from './curves-panel.js'
import { h } from './dom.js'
import { hparamsView } from './hparams-view.js'
import { loopView } from './loop-view.js'
import type { Mark } from './palette.js'
import { profileView } from './profile-view.js'
import { recordsView } from './records-view.js'
import { runsView } from './runs-view.js'
import type { Source } from './source.js'

/** The names of the tabs, in their order. */
export const TABS = [
  'Curves',
  'Compare',
  'Hyperparameters',
  'Images & tables',
  'Profile',
  'Model & loop',
  'Runs',
]

/** What a tab is filled with. */
export interface PanelData {
  readonly source: Source
  /** The runs that are selected. */
  readonly rows: readonly RunRow[]
  readonly settings: Settings
  readonly curves: CurvesPanel
  /** The result that hyperparameters are shown against, if one was picked. */
  readonly metric: string | undefined
  /** Whether something newer is shown already. */
  isLate(): boolean
  markOf(run: string): Mark
  pick(metric: string): void
}

/** The content of a tab. */
export async function panelContent(tab: string, data: PanelData): Promise<HTMLElement> {
  const { source, rows, settings, curves, metric, markOf, pick } = data
  const runs = rows.map(({ id }) => id)
  switch (tab) {
    case 'Curves': {
      const found = runs.length > 0 ? await source.charts({ runs, ...settings }) : []
      if (!data.isLate()) curves.show(found, { markOf, nameOf: (run) => run })
      return curves.element
    }
    case 'Compare':
      return compareView(rows)
    case 'Hyperparameters':
      return hparamsView(rows, { metric, pick, markOf })
    case 'Runs':
      return runsView(rows)
    case 'Profile':
      return profileView(await source.profiles(), runs)
    default: {
      const parts = runs.map(async (run) => {
        const details = await source.details(run)
        return tab === 'Model & loop'
          ? loopView(run, details)
          : recordsView(run, details, source.image)
      })
      return h('div', {}, ...(await Promise.all(parts)))
    }
  }
}
