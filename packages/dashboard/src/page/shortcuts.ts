import type { CurvesPanel } from './curves-panel.js'
import { h } from './dom.js'

/** A key, what it does, and the action. */
export interface Shortcut {
  readonly key: string
  readonly about: string
  readonly act: () => void
}

/** Listens for shortcuts, except where somebody types. */
export function listen(shortcuts: readonly Shortcut[]): void {
  document.addEventListener('keydown', (event) => {
    const { target } = event
    const isTyping = target instanceof HTMLInputElement && target.type === 'search'
    const isMeant = !isTyping && !event.ctrlKey && !event.metaKey && !event.altKey
    const shortcut = isMeant && shortcuts.find(({ key }) => key === event.key)
    if (!shortcut) return
    event.preventDefault()
    shortcut.act()
  })
}

/** The list of shortcuts, as a dialog. */
export function shortcutDialog(shortcuts: readonly Shortcut[]): HTMLDialogElement {
  const rows = shortcuts.flatMap(({ key, about }) => [
    h('dt', {}, h('kbd', {}, key)),
    h('dd', {}, about),
  ])
  const close = h('button', { type: 'button', click: () => dialog.close() }, 'Close')
  const dialog = h(
    'dialog',
    { 'aria-label': 'Keyboard shortcuts' },
    h('h2', {}, 'Keyboard'),
    h('dl', {}, ...rows),
    close,
  )
  return dialog
}

/** What the shortcuts of the page work with. */
export interface ShortcutParts {
  readonly tabs: readonly string[]
  open(tab: string): void
  filter(): void
  toggleAll(): void
  readonly curves: Pick<CurvesPanel, 'scale' | 'move' | 'reset'>
  help(): void
}

/** All shortcuts of the page. */
export function pageShortcuts(parts: ShortcutParts): Shortcut[] {
  const { tabs, open, filter, toggleAll, curves, help } = parts
  return [
    ...tabs.map((name, at) => ({
      ...{ key: String(at + 1), about: name, act: () => open(name) },
    })),
    { key: '/', about: 'filter runs', act: filter },
    { key: 'a', about: 'select all runs, or none', act: toggleAll },
    { key: '[', about: 'smooth less', act: () => smooth(-0.1) },
    { key: ']', about: 'smooth more', act: () => smooth(0.1) },
    { key: '+', about: 'zoom in', act: () => curves.scale(0.5) },
    { key: '-', about: 'zoom out', act: () => curves.scale(2) },
    { key: ',', about: 'move to the left', act: () => curves.move(-0.5) },
    { key: '.', about: 'move to the right', act: () => curves.move(0.5) },
    { key: '0', about: 'show all of the axis', act: () => curves.reset() },
    { key: '?', about: 'this list', act: help },
  ]
}

function smooth(by: number): void {
  const slider = document.getElementById('smoothing') as HTMLInputElement
  slider.value = String(Number(slider.value) + by)
  slider.dispatchEvent(new Event('input'))
}
