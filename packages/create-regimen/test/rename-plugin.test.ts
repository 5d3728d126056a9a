import { describe, expect, it } from 'vitest'
import { pluginNames } from '../src/names.js'
import { renamePlugin } from '../src/rename-plugin.js'

describe('the names in a file', () => {
  it.each([
    [
      "import { hello } from '@regimen/plugin-hello'",
      "import { stopBelow } from 'regimen-plugin-stop-below'",
    ],
    [
      "export { hello, options } from './hello.js'",
      "export { stopBelow, options } from './stop-below.js'",
    ],
    ["optionSchema('hello', {})", "optionSchema('stopBelow', {})"],
    ["name: 'hello',", "name: 'stop-below',"],
    ['hello: HelloOptions', "'stop-below': StopBelowOptions"],
    ["PluginOptionsMap['hello']", "PluginOptionsMap['stop-below']"],
    ["`'hello'`", "`'stop-below'`"],
    ['What {@link hello} takes.', 'What {@link stopBelow} takes.'],
    ['hello({ mode })', 'stopBelow({ mode })'],
    ['# @regimen/plugin-hello', '# regimen-plugin-stop-below'],
    ['Othello says hellos', 'Othello says hellos'],
  ])('%s', (text, renamed) => {
    expect(renamePlugin(text, pluginNames('stop-below', []))).toBe(renamed)
  })

  it('of one word need no quotes', () => {
    const names = pluginNames('greet', [])
    expect(renamePlugin('hello: HelloOptions', names)).toBe('greet: GreetOptions')
  })
})
