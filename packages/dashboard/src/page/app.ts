import type { RunsView } from '../view-data.js'
import { controls, type Settings } from './controls.js'
import { CurvesPanel } from './curves-panel.js'
import { h } from './dom.js'
import { type Mark, markOf } from './palette.js'
import { panelContent, TABS } from './panel.js'
import { runList } from './run-list.js'
import { listen, pageShortcuts, type Shortcut, shortcutDialog } from './shortcuts.js'
import type { Source } from './source.js'
import { Tabs } from './tabs.js'

/** Runs that are selected when a page is opened. */
const FIRST = 20

/** The page: what is selected, and what is shown of it. */
export class App {
  readonly #source: Source
  readonly #place: HTMLElement
  readonly #settings: Settings = {
    ...{ smoothing: 0.6, axis: 'step', isLog: false, range: undefined },
  }
  readonly #selected = new Set<string>()
  readonly #seen = new Set<string>()
  readonly #dark = matchMedia('(prefers-color-scheme: dark)')
  readonly #curves: CurvesPanel
  readonly #list = h('div', {})
  readonly #panel = h('main', { id: 'panel', role: 'tabpanel', tabindex: -1 })
  readonly #state = h('span', { class: 'state', role: 'status' })
  readonly #tabs = new Tabs(TABS, 'panel', () => void this.#showPanel())
  #filter = ''
  #metric: string | undefined
  #view: RunsView = { root: '', runs: [], skipped: [] }
  /** Numbers of the content that was asked for last, and of the one that is shown. */
  #asked = 0
  #shown = 0
  #isBusy = false
  #isStale = false

  constructor(place: HTMLElement, source: Source) {
    this.#place = place
    this.#source = source
    this.#curves = new CurvesPanel({
      ...{ settings: this.#settings, isLive: source.isLive },
      changed: () => void this.#showPanel(),
    })
  }

  start(): void {
    const find = (event: Event) => {
      this.#filter = (event.target as HTMLInputElement).value
      this.#showList()
    }
    const search = h('input', {
      type: 'search',
      id: 'filter',
      placeholder: 'name, outcome, rate=0.1',
      'aria-label': 'Filter runs',
      input: find,
    })
    const buttons = [
      h('button', { type: 'button', click: () => this.#selectAll(true) }, 'All'),
      h('button', { type: 'button', click: () => this.#selectAll(false) }, 'None'),
    ]
    const dialog = shortcutDialog(this.#shortcuts(search, () => dialog.showModal()))
    const help = h(
      'button',
      { type: 'button', click: () => dialog.showModal() },
      'Keyboard ',
      h('kbd', {}, '?'),
    )
    const setting = controls(this.#settings, () => void this.#showPanel())
    const head = h('header', {}, h('h1', {}, document.title), this.#state, setting, help)
    const side = h(
      'nav',
      { 'aria-label': 'Runs' },
      h('div', { class: 'find' }, search, ...buttons),
      this.#list,
    )
    const body = h(
      'div',
      { class: 'body' },
      side,
      h('div', { class: 'content' }, this.#tabs.element, this.#panel),
    )
    this.#place.replaceChildren(head, body, dialog)
    listen(this.#shortcuts(search, () => dialog.showModal()))
    this.#dark.addEventListener('change', () => this.#showAll())
    addEventListener('resize', () => this.#curves.resize())
    const reached = (isThere: boolean) => {
      this.#state.textContent = isThere ? 'live' : 'not connected'
      this.#state.classList.toggle('lost', !isThere)
    }
    this.#source.watch(() => void this.#refresh(), reached)
    void this.#refresh()
  }

  #shortcuts(search: HTMLElement, help: () => void): Shortcut[] {
    return pageShortcuts({
      tabs: TABS,
      open: (name) => this.#tabs.open(name),
      filter: () => search.focus(),
      toggleAll: () => this.#selectAll(this.#selected.size === 0),
      curves: this.#curves,
      help,
    })
  }

  /** One refresh at a time; one more if something changed meanwhile. */
  async #refresh(): Promise<void> {
    this.#isStale = true
    if (this.#isBusy) return
    this.#isBusy = true
    try {
      while (this.#isStale) {
        this.#isStale = false
        this.#view = await this.#source.runs()
        for (const { id } of this.#view.runs.slice(-FIRST)) {
          if (!this.#seen.has(id)) this.#selected.add(id)
        }
        for (const { id } of this.#view.runs) this.#seen.add(id)
        await this.#showAll()
      }
    } catch (thrown) {
      this.#state.textContent = `cannot read the runs: ${(thrown as Error).message}`
    } finally {
      this.#isBusy = false
    }
  }

  async #showAll(): Promise<void> {
    this.#showList()
    await this.#showPanel()
    document.body.dataset.ready = 'true'
  }

  #showList(): void {
    const focused = document.activeElement?.getAttribute('data-run')
    const list = runList({
      rows: this.#view.runs,
      filter: this.#filter,
      isSelected: (run) => this.#selected.has(run),
      markOf: (run) => this.#markOf(run),
      toggle: (run) => {
        if (!this.#selected.delete(run)) this.#selected.add(run)
        void this.#showPanel()
      },
    })
    const { skipped } = this.#view
    const left =
      skipped.length > 0 &&
      h('p', { class: 'warning' }, `Not read: ${skipped.join('; ')}`)
    this.#list.replaceChildren(list, ...(left ? [left] : []))
    const again = [...this.#list.querySelectorAll<HTMLElement>('[data-run]')]
    again.find((input) => input.dataset.run === focused)?.focus()
  }

  #selectAll(isOn: boolean): void {
    this.#selected.clear()
    if (isOn) for (const { id } of this.#view.runs) this.#selected.add(id)
    this.#showList()
    void this.#showPanel()
  }

  #markOf(run: string): Mark {
    return markOf(
      Math.max(
        0,
        this.#view.runs.findIndex(({ id }) => id === run),
      ),
      this.#dark.matches,
    )
  }

  async #showPanel(): Promise<void> {
    const tab = this.#tabs.current
    const asked = ++this.#asked
    const content = await panelContent(tab, {
      source: this.#source,
      rows: this.#view.runs.filter(({ id }) => this.#selected.has(id)),
      settings: this.#settings,
      curves: this.#curves,
      metric: this.#metric,
      // An answer that was overtaken by a later one is not shown.
      isLate: () => asked < this.#shown,
      markOf: (run) => this.#markOf(run),
      pick: (name) => {
        this.#metric = name
        void this.#showPanel()
      },
    })
    // Another tab may have been opened meanwhile.
    if (tab !== this.#tabs.current || asked < this.#shown) return
    this.#shown = asked
    if (this.#panel.firstChild !== content || this.#panel.childNodes.length > 1)
      this.#panel.replaceChildren(content)
    if (tab === 'Curves') this.#curves.resize()
  }
}
