import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { messageTexts } from '../../../../tooling/message-texts.mjs'
import { messages } from '../../src/floor/messages/catalog.js'

const root = fileURLToPath(new URL('../../src', import.meta.url))
const catalog = join(root, 'floor', 'messages')
const texts = messageTexts(catalog)
const users = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .map((file) => join(root, file))
  .filter((path) => path.endsWith('.ts') && !path.startsWith(catalog))
  .map((path) => readFileSync(path, 'utf8'))

it('the catalog is read from its source, whole', () => {
  expect(texts.map(({ key }) => key).sort()).toEqual(Object.keys(messages).sort())
})

it('each text of the catalog is used under its key, written out', () => {
  const unused = texts.filter(({ key }) => !users.some((text) => text.includes(`'${key}'`)))
  expect(unused).toEqual([])
})

it('no key is built from a template', () => {
  const built = users.flatMap((text) => text.match(/`(?:REG_[A-Z_]*\.?|notice\.)\$\{.*/g) ?? [])
  expect(built).toEqual([])
})

it('no text takes a value that it does not name', () => {
  const unnamed = texts.flatMap(({ key, declared, used }) =>
    declared.filter((name) => !used.includes(name)).map((name) => `${key}: ${name}`),
  )
  expect(unnamed).toEqual([])
})

it('all texts of a code stand in one file', () => {
  const homes = new Map<string, Set<string>>()
  for (const { key, file } of texts) {
    const [code = ''] = key.split('.')
    homes.set(code, (homes.get(code) ?? new Set()).add(file))
  }
  expect([...homes].filter(([, files]) => files.size > 1)).toEqual([])
})
