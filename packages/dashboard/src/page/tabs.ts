import { h } from './dom.js'

/** A list of tabs: arrow keys move between them, as screen readers expect. */
export class Tabs {
  readonly element: HTMLElement
  readonly #buttons: readonly HTMLButtonElement[]
  readonly #names: readonly string[]
  readonly #opened: (name: string) => void
  current: string

  constructor(names: readonly string[], panel: string, opened: (name: string) => void) {
    this.#names = names
    this.#opened = opened
    this.current = names[0] as string
    this.#buttons = names.map((name) =>
      h(
        'button',
        {
          type: 'button',
          role: 'tab',
          'aria-controls': panel,
          click: () => this.open(name),
        },
        name,
      ),
    )
    const keydown = (event: Event) => this.#move(event as KeyboardEvent)
    this.element = h('div', { role: 'tablist', class: 'tabs', keydown }, ...this.#buttons)
    this.#mark()
  }

  open(name: string): void {
    this.current = name
    this.#mark()
    this.#opened(name)
  }

  #move(event: KeyboardEvent): void {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    const { length } = this.#names
    const at = (this.#names.indexOf(this.current) + step + length) % length
    this.open(this.#names[at] as string)
    this.#buttons[at]?.focus()
  }

  #mark(): void {
    for (const [at, button] of this.#buttons.entries()) {
      const isOpen = this.#names[at] === this.current
      button.setAttribute('aria-selected', String(isOpen))
      button.tabIndex = isOpen ? 0 : -1
    }
  }
}
