type Child = Node | string | false | undefined
type Attributes = Readonly<
  Record<string, string | number | boolean | ((event: Event) => void)>
>

const SVG = 'http://www.w3.org/2000/svg'

/** An element. Texts become text nodes: what a run says is never read as HTML. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  return filled(document.createElement(tag), attributes, children)
}

/** The same for SVG. */
export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): SVGElementTagNameMap[K] {
  return filled(document.createElementNS(SVG, tag), attributes, children)
}

function filled<E extends Element>(
  element: E,
  attributes: Attributes,
  children: readonly Child[],
): E {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name, value)
    else if (value === true) element.setAttribute(name, '')
    else if (value !== false) element.setAttribute(name, String(value))
  }
  element.append(...children.filter((child): child is Node | string => Boolean(child)))
  return element
}

/** A table with a head; cells may be elements. */
export function table(
  heads: readonly Child[],
  rows: readonly (readonly Child[])[],
  numbersFrom = 1,
): HTMLElement {
  const kind = (at: number) => ({ class: at >= numbersFrom ? 'number' : 'text' })
  const head = heads.map((cell, at) => h('th', { scope: 'col', ...kind(at) }, cell))
  const body = rows.map((cells) =>
    h('tr', {}, ...cells.map((cell, at) => h('td', kind(at), cell))),
  )
  const inner = h(
    'table',
    {},
    h('thead', {}, h('tr', {}, ...head)),
    h('tbody', {}, ...body),
  )
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'table' },
    inner,
  )
}

/** A number in at most five digits. */
export function numberText(value: unknown): string {
  if (value === null || value === undefined) return '–'
  if (typeof value !== 'number') return String(value)
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value)
  const size = Math.abs(value)
  return size >= 1e6 || size < 1e-4
    ? value.toExponential(2)
    : String(Number(value.toPrecision(5)))
}
