import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { validateWorkflow } from '@action-validator/core'
import { describe, expect, it } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const folder = `${root}.github/workflows/`
const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))

describe.each(readdirSync(folder))('the workflow %s', (name) => {
  const text = readFileSync(folder + name, 'utf8')

  it('is what the schema of workflows takes', () => {
    expect(validateWorkflow(text)).toMatchObject({ errors: [] })
    const broken = text.replaceAll('runs-on', 'run-on')
    expect(validateWorkflow(broken).errors).not.toEqual([])
  })

  it('takes the actions of others at a commit, and says which version that is', () => {
    const uses = [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action)
    expect(uses.length).toBeGreaterThan(1)
    expect(
      uses.filter((one) => !/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(one ?? '')),
    ).toEqual([])
  })

  it('asks for each permission by name and runs scripts that are there', () => {
    expect(text).toMatch(/^permissions:/m)
    expect(text).not.toMatch(/write-all|read-all/)
    const runs = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script)
    expect(runs.filter((script) => !Object.hasOwn(scripts, script ?? ''))).toEqual([])
  })
})

it('a release has provenance, is checked before it is published, and its versions are', () => {
  const text = readFileSync(`${folder}release.yml`, 'utf8')
  expect(text).toContain('id-token: write')
  expect(text).toContain('NPM_CONFIG_PROVENANCE: "true"')
  expect(text.indexOf('npm run release:dry')).toBeLessThan(text.indexOf('changeset publish'))
  expect(text).toContain('version: npm run release:version')
})
