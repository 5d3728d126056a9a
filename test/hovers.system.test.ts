import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { lifecycle } from '@regimen/core'
import { describe, expect, it } from 'vitest'
import { Editor } from './helpers/hovers.js'

const packages = fileURLToPath(new URL('../packages/', import.meta.url))
const editor = new Editor()
const core = [
  "import type * as core from '../packages/core/src/index.js'",
  "import type * as config from '../packages/core/src/config/index.js'",
  "import type * as layers from '../packages/core/src/layers/index.js'",
].join('\n')

/** Members without a sentence. */
function silent(imports: string, type: string): string[] {
  const hovers = editor.hoversOf(imports, type)
  return hovers.filter(({ documentation }) => documentation === '').map(({ member }) => member)
}

describe('an editor shows a sentence', () => {
  it('over every hook', () => {
    const hovers = editor.hoversOf(core, 'core.Hooks')
    const hooks = Object.entries(lifecycle).filter(([, { kind }]) => /series|fall/.test(kind))
    expect(hovers.map(({ member }) => member).toSorted()).toEqual(
      hooks.map(([name]) => name).toSorted(),
    )
    expect(silent(core, 'core.Hooks')).toEqual([])
  })

  it.each(Object.entries(lifecycle).filter(([, { kind }]) => kind !== 'wrap'))(
    'over every field that %s tells, to taps and to watchers',
    (name, { kind }) => {
      const isWatched = ['series', 'stream'].includes(kind)
      const types = [`core.HookPayload<'${name}'>`]
      const hasFields = name !== 'loadState'
      if (isWatched && hasFields) types.push(`Omit<core.EventOf<'${name}'>, 'name'>`)
      for (const type of types) {
        expect(editor.hoversOf(core, type).length, type).toBeGreaterThan(0)
        expect(silent(core, type), type).toEqual([])
      }
    },
  )

  it.each([
    'core.Trainer',
    'core.TrainerOptions',
    'core.ResolvedOptions',
    'core.BatchLimits',
    'core.FitOptions',
    'core.EvaluateOptions',
    'core.WatchOptions',
    'core.LogOptions',
    'core.FitResult',
    'core.FitData<unknown>',
    'core.LoaderTraits',
    'core.AutomaticModule<unknown>',
    'core.ManualModule<unknown>',
    'core.EvaluationModule<unknown>',
    'core.StepContext',
    'core.ManualStepContext',
    'core.ModuleContext',
    'core.Metrics',
    'core.RunState',
    'core.RunInfo',
    'core.PluginContext',
    'core.PluginDefinition',
    'core.PluginHandle',
    'core.PluginInfo',
    'core.Reporter',
    "core.Hooks['batchEnd']",
    "core.Hooks['gradients']",
    'core.LogRecord',
    'core.RegimenError',
    'core.Snapshot',
    'core.SnapshotMeta',
    'core.TrainerServices',
    'config.RegimenConfig',
    'layers.LayersModuleOptions',
    'layers.LayersModule',
  ])('over every member of %s', (type) => {
    const native = ['name', 'message', 'stack', 'cause']
    const isError = type === 'core.RegimenError'
    expect(silent(core, type).filter((name) => !isError || !native.includes(name))).toEqual([])
  })

  const indexes = readdirSync(packages).filter((name) =>
    existsSync(`${packages}${name}/src/index.ts`),
  )
  it.each(indexes)('over every option of %s', (name) => {
    const index = `../packages/${name}/src/index.js`
    const imports = `import type * as subject from '${index}'`
    const found = editor
      .optionTypes(index)
      .flatMap((type) => silent(imports, `subject.${type}`).map((member) => `${type}.${member}`))
    expect(found).toEqual([])
  })
})

it('a member without a sentence is found', () => {
  const type = '{ readonly silent: number\n/** It has. */\nreadonly loud: string }'
  expect(editor.hoversOf('', type)).toEqual([
    { member: 'silent', documentation: '' },
    { member: 'loud', documentation: 'It has.' },
  ])
})
