import { beforeAll, describe, expect, it } from 'vitest'
import { ensureBuilt } from './helpers/built.js'
import { pack, project, regimen } from './helpers/project.js'

beforeAll(() => ensureBuilt())

const POLITE = `
import { count, optionSchema } from '@regimen/core'
export const options = optionSchema('polite', {
  bows: count().default(2).describe('bows before each epoch'),
})
export default () => ({ api: 1, id: 'polite', name: 'polite', apply() {} })
`
const PLAIN = "export default () => ({ api: 1, id: 'plain', name: 'plain', apply() {} })"
const installed = () =>
  project({ ...pack('regimen-plugin-polite', POLITE), ...pack('regimen-plugin-plain', PLAIN) })

describe('regimen schema', () => {
  it('prints the JSON schema of a config with the options of installed plugins', async () => {
    const { code, stdout } = await regimen(installed(), 'schema')
    expect(code).toBe(0)
    expect(JSON.parse(stdout).properties).toHaveProperty('maxEpochs')
    expect(stdout).toContain('bows before each epoch')
  })
})

describe('regimen help', () => {
  it('prints the options of a plugin', async () => {
    const { code, stdout } = await regimen(installed(), 'help', 'polite')
    expect(stdout).toBe(
      'Options of polite:\n\n  bows  bows before each epoch (number; default: 2)\n',
    )
    expect(code).toBe(0)
  })

  it.each([
    ['polit', 'No plugin "polit" is installed. Did you mean "polite"?'],
    ['plain', 'No plugin "plain" is installed.'],
  ])('of %s, which has no options to show, is a wrong call', async (name, text) => {
    const { code, stdout, stderr } = await regimen(installed(), 'help', name)
    expect(stderr).toContain(text)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  })
})
