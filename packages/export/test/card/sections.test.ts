import { expect, it } from 'vitest'
import { cardParts, cardText, mergedSections } from '../../src/card/sections.js'

const CARD = `---
license: mit
---

# Line

Words.

## Model

| a |

## Mine

\`\`\`md
## no heading
\`\`\`

## Limitations

None known.
`

it('a card is what its parts make', () => {
  const parts = cardParts(CARD)
  expect(parts.frontMatter).toBe('license: mit')
  expect(parts.head).toBe('# Line\n\nWords.')
  expect(parts.sections.map(({ heading }) => heading)).toEqual(['Model', 'Mine', 'Limitations'])
  expect(cardText(parts)).toBe(CARD)
  expect(cardParts(CARD.replaceAll('\n', '\r\n'))).toEqual(parts)
})

it.each(['', 'text', '---\n---\n', '## A\n'])('the parts of %j are there', (text) => {
  expect(() => cardText(cardParts(text))).not.toThrow()
})

const section = (heading: string, body = heading.toLowerCase()) => ({ heading, body })

it('what a person wrote stays where it was, what the card makes is made again', () => {
  const made = [section('A', 'new'), section('B', 'fill me'), section('C', 'new')]
  const existing = [section('A', 'old'), section('Mine'), section('B', 'filled'), section('Z')]
  expect(mergedSections(made, existing, ['B'])).toEqual([
    section('A', 'new'),
    section('Mine'),
    section('B', 'filled'),
    section('Z'),
    section('C', 'new'),
  ])
  expect(mergedSections(made, [section('B', '')], ['B'])).toEqual(made)
})
