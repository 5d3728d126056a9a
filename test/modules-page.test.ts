import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { Editor } from './helpers/hovers.js'

const page = readFileSync(new URL('../docs/modules.md', import.meta.url), 'utf8')
const core = "import type * as core from '../packages/core/src/index.js'"
const editor = new Editor()
const membersOf = (type: string) => editor.hoversOf(core, type).map(({ member }) => member)

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
