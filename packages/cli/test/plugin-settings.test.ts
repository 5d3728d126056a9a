import {
  count,
  definePlugin,
  every,
  type OptionsOf,
  optionSchema,
  type Plugin,
  text,
} from '@regimen/core'
import type { ConfigPluginEntry } from '@regimen/core/config'
import { csvLogger } from '@regimen/logger-csv'
import { earlyStopping } from '@regimen/plugin-early-stopping'
import { seed } from '@regimen/plugin-seed'
import { describe, expect, it } from 'vitest'
import { tools } from '../src/config-tools.js'
import { readSetting } from '../src/dotted-path.js'
import { flat, resolvedPlugins } from '../src/plugin-settings.js'
import { UsageError } from '../src/usage-error.js'

const schema = optionSchema('patient', {
  id: text().describe('id'),
  patience: count().default(3).describe('patience'),
  every: every().describe('when'),
})
const patient = (options: OptionsOf<typeof schema> = {}): Plugin => {
  const { id } = schema.check(options)
  const recipe = { factory: patient, options, schema }
  return definePlugin({ name: 'patient', ...(id && { id }), recipe, apply() {} })
}
const plain = definePlugin({ name: 'plain', apply() {} })

const resolve = async (entries: readonly ConfigPluginEntry[], ...typed: readonly string[]) =>
  flat(
    await resolvedPlugins(entries, typed.map(readSetting), { from: import.meta.filename, tools }),
  )
const optionsOf = async (entries: readonly ConfigPluginEntry[], ...typed: readonly string[]) =>
  (await resolve(entries, ...typed)).map(({ recipe }) => recipe?.options)

describe('--set plugins', () => {
  it('makes a plugin that the config has made again, at its place', async () => {
    const list = await resolve(
      [plain, [patient({ patience: 5 }), false]],
      'plugins.patient.patience=7',
      'plugins.patient.every.epochs=2',
    )
    expect(list.map(({ name }) => name)).toEqual(['plain', 'patient'])
    expect(list[1]?.recipe?.options).toEqual({ patience: 7, every: { epochs: 2 } })
  })

  it.each([
    [[patient({ patience: 5 })], 'plugins.patient.patience=null', [{}]],
    [
      [patient({ every: { steps: 5 } })],
      'plugins.patient.every.epochs=1',
      [{ every: { epochs: 1 } }],
    ],
    [[seed(1)], 'plugins.seed.seed=2', [{ seed: 2 }]],
    [[csvLogger()], 'plugins.csv-logger.name=a', [{ name: 'a' }]],
    [[csvLogger()], 'plugins.logger-csv.name=a', [{ name: 'a' }]],
    [[['logger-csv', { name: 'b' }]], 'plugins.logger-csv.name=a', [{ name: 'a' }]],
    [[['logger-csv', { name: 'b' }]], 'plugins.csv-logger.name=a', [{ name: 'a' }]],
    [['logger-csv'], 'plugins.logger-csv.name=a', [{ name: 'a' }]],
    [['early-stopping'], 'plugins.early-stopping={monitor: "loss"}', undefined],
    [
      [patient({ id: 'a' }), patient({ id: 'b' })],
      'plugins.b.patience=1',
      [{ id: 'a' }, { id: 'b', patience: 1 }],
    ],
    [['preset-default'], 'plugins.checkpoint.last=false', undefined],
  ] as [ConfigPluginEntry[], string, object[] | undefined][])(
    '%o %s',
    async (entries, typed, wanted) => {
      if (wanted) expect(await optionsOf(entries, typed)).toEqual(wanted)
      else if (typed.includes('{'))
        await expect(resolve(entries, typed)).rejects.toThrow('give the plugin and its option')
      else expect((await optionsOf(entries, typed)).at(-1)).toMatchObject({ last: false })
    },
  )

  it('gives a named plugin what it needs', async () => {
    const typed = ['plugins.early-stopping.monitor=val_loss', 'plugins.early-stopping.mode=min']
    expect(await optionsOf(['early-stopping'], ...typed)).toEqual([
      { monitor: 'val_loss', mode: 'min' },
    ])
  })

  it.each([
    [
      [patient()],
      'plugins.patient.patience=many',
      '--set plugins.patient.patience=many: patient: "patience" is "many"',
    ],
    [[patient()], 'plugins.patient.patiense=1', 'Did you mean "patience"?'],
    [
      [patient()],
      'plugins.patien.patience=1',
      'no plugin "patien". Did you mean "patient"? It has patient.',
    ],
    [[], 'plugins.patient.patience=1', 'no plugin "patient". It has none.'],
    [[plain], 'plugins.plain.a=1', 'does not say how it can be made again'],
    [[patient()], 'plugins.patient=1', 'give the plugin and its option'],
    [
      [patient({ id: 'a' }), patient({ id: 'b' })],
      'plugins.patient.patience=1',
      'there are several: a, b.',
    ],
    [
      [earlyStopping({ monitor: 'a', mode: 'min' })],
      'plugins.early-stopping.patience=-1',
      '"patience" is -1',
    ],
    [
      ['early-stopping'],
      'plugins.early-stopping.patience=x',
      '--set plugins.early-stopping.patience=x: earlyStopping',
    ],
    [['logger-csv'], 'plugins.logger-csv.nam=x', '--set plugins.logger-csv.nam=x: csvLogger'],
  ] as [ConfigPluginEntry[], string, string][])(
    'refuses for %o: %s',
    async (entries, typed, text) => {
      const found = resolve(entries, typed)
      await expect(found).rejects.toThrow(UsageError)
      await expect(found).rejects.toThrow(text)
    },
  )

  it('leaves an error of the config itself what it is', async () => {
    const found = resolve([['logger-csv', { nam: 'x' }]])
    await expect(found).rejects.toMatchObject({ code: 'REG_OPTION_UNKNOWN' })
  })
})
