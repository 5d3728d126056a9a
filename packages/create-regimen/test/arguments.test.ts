import { describe, expect, it } from 'vitest'
import { parseArguments } from '../src/arguments.js'

describe('a command line', () => {
  it.each([
    [[], { kind: 'project', target: undefined, yes: false, force: false }],
    [['app', '--yes'], { kind: 'project', target: 'app', yes: true }],
    [['plugin', 'stop-below'], { kind: 'plugin', target: 'stop-below' }],
    [['plugin'], { kind: 'plugin', target: undefined }],
    [['plugin', '--data', 'text'], { kind: 'project', target: 'plugin', data: 'text' }],
    [['a', '--data=text', '--model=lstm'], { data: 'text', model: 'lstm' }],
    [['a', '--plugins', 'seed, compile,seed'], { plugins: ['seed', 'compile'] }],
    [['a', '--plugins', 'none'], { plugins: [] }],
    [['a', '--plugins='], { plugins: [] }],
    [['a', '--no-install'], { install: false }],
    [['a', '--install'], { install: true }],
    [['a', '--package-manager', 'pnpm', '-y'], { packageManager: 'pnpm', yes: true }],
  ])('%j is read', (words, expected) => {
    expect(parseArguments(words)).toMatchObject(expected)
  })

  it.each([
    [['--dat', 'x'], '"--dat" is not known'],
    [['--dat', 'x'], 'Did you mean "--data"?'],
    [['-z'], "Unknown option '-z'"],
    [['--data'], 'argument missing'],
    [['--data', 'digit'], 'Did you mean "digits"?'],
    [['--model', 'cnn'], '"--model" is "cnn"; expected "convnet", "dense" or "lstm".'],
    [
      ['--data', 'table', '--model', 'lstm'],
      '"--model" is "lstm"; expected "dense" for "--data table".',
    ],
    [['--plugins', 'seed,early-stoping'], 'Did you mean "early-stopping"?'],
    [['--package-manager', 'npn'], 'Did you mean "npm"?'],
    [
      ['a', 'digits'],
      '"digits" is too many: a project has one folder. With npm, flags come after "--"',
    ],
    [['plugin', 'a', 'b'], '"b" is too many: a plugin has one name.'],
    [['plugin', 'a', '--plugins', 'seed'], '"--plugins" is for projects'],
  ])('%j is refused', (words, text) => {
    expect(() => parseArguments(words)).toThrow(text)
  })
})
