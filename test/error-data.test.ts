import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isRegimenError } from '@regimen/core'
import { csvLogger } from '@regimen/logger-csv'
import { tensorboardLogger } from '@regimen/logger-tensorboard'
import { checkpoint } from '@regimen/plugin-checkpoint'
import { earlyStopping } from '@regimen/plugin-early-stopping'
import { fastDevRun } from '@regimen/plugin-fast-dev-run'
import { progress } from '@regimen/plugin-progress'
import { profiler } from '@regimen/profiler'
import { describe, expect, it } from 'vitest'
import { errorFields, madeErrors } from '../tooling/error-fields.mjs'
import { messageTexts } from '../tooling/message-texts.mjs'

const packages = fileURLToPath(new URL('../packages/', import.meta.url))
const read = (path: string) => readFileSync(join(packages, '..', path), 'utf8')
const texts = messageTexts(join(packages, 'core/src/floor/messages'))

describe('the data of errors, in every package', () => {
  it('are given wherever an error is made by hand', () => {
    const without = madeErrors(packages).filter(
      ({ fields, place }) => fields === undefined && !place.startsWith('core/'),
    )
    expect(without).toEqual([])
  })

  it('have names that docs/errors.md explains', () => {
    const [, glossary = ''] = read('docs/errors.md').split('## What is in `error.data`')
    const explained = [...glossary.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name)
    const named = new Set([...errorFields(texts, packages).values()].flat())
    expect([...named].sort()).toEqual(explained.sort())
  })
})

/** Who reads the texts of errors, for want of anything else: what others throw has no code. */
const READERS_OF_PROSE = [
  'backend-node/src/load-failure.ts',
  'core/src/config/import-file.ts',
  'core/src/loop/backward-pass.ts',
  'core/src/loop/tfjs-errors.ts',
  'plugin-batch-finder/src/try-size.ts',
]

/** Whether a source looks for something in the text of an error. */
function readsProse(source: string): boolean {
  const made = source.matchAll(
    /(\w+) = (?:messageOf\(|String\(message|[\w.?()]*\.(?:message|detail)\b)/g,
  )
  const texts = ['message', 'detail', ...[...made].map(([, name]) => name)].join('|')
  const looked = 'includes|startsWith|endsWith|match|matchAll|search|indexOf'
  const tests = new RegExp(
    String.raw`\.(?:test|exec)\((?:[\w.]+\.)?(?:${texts}|messageOf\(\w+\))\)`,
  )
  const calls = new RegExp(String.raw`\b(?:${texts}|messageOf\(\w+\))\??\.(?:${looked})\(`)
  return tests.test(source) || calls.test(source)
}

it('no package reads the text of an error, but what libraries say in prose only', () => {
  const sources = readdirSync(packages).flatMap((name) =>
    readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .map((path) => `${name}/src/${path.replaceAll('\\', '/')}`),
  )
  const found = sources.filter((path) => readsProse(read(`packages/${path}`)))
  expect(found.sort()).toEqual(READERS_OF_PROSE)
})

const factories = {
  checkpoint,
  earlyStopping,
  fastDevRun,
  profiler,
  progress,
  csvLogger,
  tensorboardLogger,
} as unknown as Record<string, (options: unknown) => unknown>

function dataOf(make: () => unknown): unknown {
  try {
    make()
  } catch (thrown) {
    return isRegimenError(thrown) ? { code: thrown.code, ...thrown.data } : thrown
  }
  return undefined
}

describe.each(Object.keys(factories))('the data of what %s refuses', (owner) => {
  const make = factories[owner] as (options: unknown) => unknown

  it('are the option and those that there are', () => {
    expect(dataOf(() => make({ monitor: 'x', mode: 'min', nonsense: 1 }))).toMatchObject({
      code: 'REG_OPTION_UNKNOWN',
      owner,
      option: expect.stringMatching(/nonsense|monitor|mode/),
      options: expect.any(Array),
    })
  })

  it('are what was given where that is no object', () => {
    expect(dataOf(() => make(null))).toMatchObject({
      code: 'REG_OPTION_INVALID',
      owner,
      found: null,
    })
  })
})

it.each([
  ['checkpoint', { topK: 0.5 }, { option: 'topK', found: 0.5 }],
  ['checkpoint', { mode: 'less' }, { option: 'mode', found: 'less', expected: '"min" or "max"' }],
  ['checkpoint', { every: 5 }, { option: 'every', found: 5 }],
  ['earlyStopping', { monitor: 'x', mode: 'min', patience: -1 }, { option: 'patience', found: -1 }],
  ['fastDevRun', { batches: 0 }, { option: 'batches', found: 0 }],
  ['profiler', { rows: 0 }, { option: 'rows', found: 0 }],
  ['progress', { display: 'x' }, { option: 'display', found: 'x' }],
  ['csvLogger', { id: '..' }, { option: 'id', found: '..' }],
  ['tensorboardLogger', { histograms: 5 }, { option: 'histograms', found: 5 }],
])('the data of %s with %j are %j', (owner, options, data) => {
  const make = factories[owner] as (options: unknown) => unknown
  expect(dataOf(() => make(options))).toMatchObject({ code: 'REG_OPTION_INVALID', owner, ...data })
})
