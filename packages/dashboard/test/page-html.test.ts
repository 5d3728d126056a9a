import { expect, it } from 'vitest'
import { jsonForScript, pageHtml } from '../src/page-html.js'

it('JSON in a script cannot end it, and comes back as it was', () => {
  const value = { text: '</script><!--\u2028', nan: Number.NaN }
  const json = jsonForScript(value)
  expect(json).not.toContain('<')
  expect(JSON.parse(json)).toEqual({ ...value, nan: 'NaN' })
})

it('a title is text', () => {
  expect(pageHtml({ title: '<b>"&', head: '', tail: '' })).toContain(
    '<title>&lt;b&gt;&quot;&amp;</title>',
  )
})
