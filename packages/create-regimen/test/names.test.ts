import { describe, expect, it } from 'vitest'
import { checkPackageName, packageNameFrom, pluginNames } from '../src/names.js'

describe('the name of a package', () => {
  it.each(['my-project', '@me/my-project', 'a', 'a.b_c-1'])('%s is taken', (name) => {
    expect(checkPackageName(name)).toBe(name)
  })

  it.each([
    ['My Project', 'Did you mean "my-project"?'],
    ['Über', 'Did you mean "uber"?'],
    ['.hidden', 'cannot start with a period. Did you mean "hidden"?'],
    ['_x', 'Did you mean "x"?'],
    ['node_modules', 'cannot be the name of a package'],
    ['fs', 'fs is a core module name'],
    ['', 'cannot be the name of a package'],
    ['x'.repeat(215), 'cannot be the name of a package'],
  ])('%s is refused', (name, text) => {
    expect(() => checkPackageName(name)).toThrow(text)
  })

  it('that nothing valid is like has no hint', () => {
    expect(packageNameFrom('日本')).toBe('')
    expect(() => checkPackageName('日本')).not.toThrow('Did you mean')
  })
})

describe('the names of a plugin', () => {
  it.each(['stop-below', 'regimen-plugin-stop-below'])('of %s are those', (text) => {
    expect(pluginNames(text, [])).toEqual({
      kebab: 'stop-below',
      camel: 'stopBelow',
      pascal: 'StopBelow',
      package: 'regimen-plugin-stop-below',
    })
  })

  it.each([
    ['top5', 'top5'],
    ['every-2-steps', 'every2Steps'],
    ['x', 'x'],
  ])('of %s make the function %s', (text, camel) => {
    expect(pluginNames(text, [])).toMatchObject({ camel })
  })

  it.each([
    ['Stop_Below', 'Did you mean "stop-below"?'],
    ['2fast', 'expected lower-case words with hyphens'],
    ['-x', 'Did you mean "x"?'],
    ['a--b', 'expected lower-case words with hyphens'],
    ['', 'the plugin\'s name is ""'],
    ['../up', 'expected lower-case words with hyphens'],
    ['class', 'which JavaScript reserves'],
    ['seed', '"seed", which @regimen/plugin-seed has already'],
    ['logger-csv', 'which @regimen/logger-csv has already'],
  ])('%s is refused', (text, message) => {
    const known = ['@regimen/plugin-seed', '@regimen/logger-csv']
    expect(() => pluginNames(text, known)).toThrow(message)
  })
})
