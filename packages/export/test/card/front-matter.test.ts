import { expect, it } from 'vitest'
import { frontMatter } from '../../src/card/front-matter.js'

const made = { tags: ['regimen'], metrics: ['accuracy'] }

it.each([
  ['', 'library_name: tfjs\ntags:\n  - regimen\nmetrics:\n  - accuracy\n'],
  [
    'license: mit\ntags: [mine, regimen]',
    'library_name: tfjs\nlicense: mit\ntags:\n  - mine\n  - regimen\nmetrics:\n  - accuracy\n',
  ],
  ['library_name: keras', 'library_name: keras\ntags:\n  - regimen\nmetrics:\n  - accuracy\n'],
  ['[a', 'library_name: tfjs\ntags:\n  - regimen\nmetrics:\n  - accuracy\n'],
  ['- a', 'library_name: tfjs\ntags:\n  - regimen\nmetrics:\n  - accuracy\n'],
])('with %j before', (existing, expected) => {
  expect(frontMatter(made, existing)).toBe(expected)
})
