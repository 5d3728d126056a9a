import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { Editor } from './helpers/hovers.js'

const page = readFileSync(new URL('../docs/modules.md', import.meta.url), 'utf8')
const core = "import type * as core from '../packages/core/src/index.js'"
const editor = new Editor()
const membersOf = (type: string) =>
  editor
    .hoversOf([{ imports: core, type }])
    .flat()
    .map(({ member }) => member)

const code = [...page.matchAll(/^```ts\n(.*?)^```/gms)].map(([, block]) => block).join('\n')

/** Names in the first column of the table under a heading. */
function tableUnder(heading: string): string[] {
  const [, section = ''] = page.split(`\n## ${heading}\n`)
  const [own = ''] = section.split('\n## ')
  return [...own.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name as string)
}

it('docs/modules.md has every member of a module and no other', () => {
  const members = [
    ...membersOf('core.AutomaticModule<unknown>'),
    ...membersOf('core.ManualModule<unknown>'),
  ]
  expect(members).toContain('predictStep')
  expect(tableUnder('Members').toSorted()).toEqual([...new Set(members)].toSorted())
})

it("docs/modules.md has every member of the step's context and no other", () => {
  const members = membersOf('core.ManualStepContext')
  expect(members).toEqual(expect.arrayContaining(['epoch', 'log', 'optimize']))
  expect(tableUnder("The step's context").toSorted()).toEqual(members.toSorted())
})

it('docs/modules.md has every trait of a loader', () => {
  const members = membersOf('core.LoaderTraits')
  expect(members).toContain('restore')
  expect(members.filter((name) => !new RegExp(`\`${name}\\b`).test(page))).toEqual([])
})

it('docs/modules.md shows each of them in code, and each kind of data', () => {
  const traits = membersOf('core.LoaderTraits')
  const names = [...tableUnder('Members'), ...tableUnder("The step's context"), ...traits]
  const kinds = [
    'Symbol.asyncIterator',
    '@tensorflow/tfjs-data',
    'function* train',
    'train: batches',
  ]
  const options = membersOf('core.LogOptions').map((name) => `${name}: `)
  const optimize = '{ variables: ['
  expect(names).toEqual(expect.arrayContaining(['predictStep', 'signal', 'loader', 'restore']))
  const isShown = (text: string) =>
    /^\w+$/.test(text) ? new RegExp(`\\b${text}\\b`).test(code) : code.includes(text)
  const shown = [...names, ...kinds, ...options, optimize]
  expect(shown.filter((text) => !isShown(text))).toEqual([])
})
