import { describe, expect, it } from 'vitest'
import { screenOf } from '../src/screen.js'
import { fakeTerminal, shownBy } from './helpers/fake-terminal.js'

describe('screen', () => {
  it('prints above what it draws', () => {
    const terminal = fakeTerminal()
    const screen = screenOf(terminal)
    const region = screen.open()
    region.show(() => ['bar 1'])
    screen.print('a report')
    region.show(() => ['bar 2'])
    expect(shownBy(terminal.writes)).toEqual(['a report', 'bar 2'])
    region.close()
    expect(shownBy(terminal.writes)).toEqual(['a report'])
  })

  it('keeps what others write to the stream meanwhile, in whole lines', () => {
    const terminal = fakeTerminal()
    const { write } = terminal
    const region = screenOf(terminal).open()
    region.show(() => ['bar'])
    let called = 0
    const foreign = terminal.write as (
      chunk: unknown,
      encoding?: unknown,
      done?: () => void,
    ) => unknown
    foreign.call(terminal, 'half ')
    expect(shownBy(terminal.writes)).toEqual(['bar'])
    foreign.call(terminal, new TextEncoder().encode('a line\nrest'), () => called++)
    expect(shownBy(terminal.writes)).toEqual(['half a line', 'bar'])
    foreign.call(terminal, 'e28690', 'hex')
    region.close()
    expect(shownBy(terminal.writes)).toEqual(['half a line', 'rest←'])
    expect(terminal.write).toBe(write)
    return Promise.resolve().then(() => expect(called).toBe(1))
  })

  it('leaves the stream alone where somebody else has taken over its writes', () => {
    const terminal = fakeTerminal()
    const region = screenOf(terminal).open()
    region.show(() => ['bar'])
    const ours = terminal.write
    const theirs = (text: string) => ours(text)
    terminal.write = theirs
    region.close()
    expect(terminal.write).toBe(theirs)
    theirs('after\n')
    expect(shownBy(terminal.writes)).toEqual(['after'])
  })

  it('stacks the bars of two trainers', () => {
    const terminal = fakeTerminal()
    const first = screenOf(terminal).open()
    const second = screenOf(terminal).open()
    first.show(() => ['first 1'])
    second.show(() => ['second 1'])
    first.show(() => ['first 2'])
    screenOf(terminal).print('a report')
    expect(shownBy(terminal.writes)).toEqual(['a report', 'first 2', 'second 1'])
    first.close()
    second.show(() => ['second 2'])
    second.close()
    second.close()
    expect(shownBy(terminal.writes)).toEqual(['a report'])
  })

  it('draws anew when the terminal changes its width, and takes away what wrapped', () => {
    const terminal = fakeTerminal({ columns: 40 })
    const screen = screenOf(terminal)
    const region = screen.open()
    region.show((width) => ['x'.repeat(width)])
    expect(shownBy(terminal.writes)).toEqual(['x'.repeat(39)])
    const before = terminal.writes.length
    terminal.resize(15)
    const redraw = terminal.writes.slice(before).join('')
    expect(redraw).toContain('x'.repeat(14))
    expect(redraw).not.toContain('x'.repeat(15))
    expect(redraw.split('\u001B[1A')).toHaveLength(4)
    region.close()
    expect(terminal.listenerCount).toBe(0)
  })

  it('never hides the cursor and always leaves it on a line of its own', () => {
    const terminal = fakeTerminal()
    const region = screenOf(terminal).open()
    for (let count = 0; count < 5; count++) region.show(() => [`bar ${count}`])
    expect(terminal.writes.join('')).not.toContain('[?25l')
    expect(terminal.text.endsWith('\n')).toBe(true)
  })
})
