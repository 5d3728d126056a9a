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
