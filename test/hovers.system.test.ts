import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { lifecycle } from '@regimen/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { Editor, type Hover, type Subject } from './helpers/hovers.js'

const packages = fileURLToPath(new URL('../packages/', import.meta.url))
const editor = new Editor()
const core = [
  "import type * as core from '../packages/core/src/index.js'",
  "import type * as config from '../packages/core/src/config/index.js'",
  "import type * as layers from '../packages/core/src/layers/index.js'",
].join('\n')

/** What a hook tells, to taps and to watchers. */
function payloads(name: string, kind: string): string[] {
  const isWatched = ['series', 'stream'].includes(kind)
  const hasFields = name !== 'loadState'
  const types = [`core.HookPayload<'${name}'>`]
  return isWatched && hasFields ? [...types, `Omit<core.EventOf<'${name}'>, 'name'>`] : types
}

const told = Object.entries(lifecycle).filter(([, { kind }]) => kind !== 'wrap')
const types = [
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
]
const indexes = readdirSync(packages).filter((name) =>
  existsSync(`${packages}${name}/src/index.ts`),
)

/** What is shown over every type of core, and by package over every type of options. */
const ofCore = new Map<string, readonly Hover[]>()
const ofOptions = new Map<string, Map<string, readonly Hover[]>>()

// All in one program: a program takes longer than everything that is asked of it.
beforeAll(() => {
  const paths = indexes.map((name) => `../packages/${name}/src/index.js`)
  const options = editor.optionTypes(paths).flatMap((found, index) =>
    found.map((type) => ({
      name: indexes[index] as string,
      type,
      subject: {
        imports: `import type * as subject from '${paths[index]}'`,
        type: `subject.${type}`,
      },
    })),
  )
  const all = ['core.Hooks', ...types, ...told.flatMap(([name, { kind }]) => payloads(name, kind))]
  const subjects: Subject[] = [
    ...all.map((type) => ({ imports: core, type })),
    ...options.map(({ subject }) => subject),
  ]
  const hovers = editor.hoversOf(subjects)
  for (const [index, type] of all.entries()) ofCore.set(type, hovers[index] as Hover[])
  for (const name of indexes) ofOptions.set(name, new Map())
  for (const [index, { name, type }] of options.entries())
    ofOptions.get(name)?.set(type, hovers[all.length + index] as Hover[])
})

function hoversOver(type: string): readonly Hover[] {
  const hovers = ofCore.get(type)
  if (!hovers) throw new Error(`Nobody looked at ${type}.`)
  return hovers
}

/** Members without a sentence. */
function silent(hovers: readonly Hover[]): string[] {
  return hovers.filter(({ documentation }) => documentation === '').map(({ member }) => member)
}

describe('an editor shows a sentence', () => {
  it('over every hook', () => {
    const hovers = hoversOver('core.Hooks')
    const hooks = Object.entries(lifecycle).filter(([, { kind }]) => /series|fall/.test(kind))
    expect(hovers.map(({ member }) => member).toSorted()).toEqual(
      hooks.map(([name]) => name).toSorted(),
    )
    expect(silent(hovers)).toEqual([])
  })

  it.each(told)('over every field that %s tells, to taps and to watchers', (name, { kind }) => {
    for (const type of payloads(name, kind)) {
      expect(hoversOver(type).length, type).toBeGreaterThan(0)
      expect(silent(hoversOver(type)), type).toEqual([])
    }
  })

  it.each(types)('over every member of %s', (type) => {
    const native = ['name', 'message', 'stack', 'cause']
    const isError = type === 'core.RegimenError'
    const found = silent(hoversOver(type))
    expect(found.filter((name) => !isError || !native.includes(name))).toEqual([])
  })

  it.each(indexes)('over every option of %s', (name) => {
    const options = ofOptions.get(name)
    if (!options) throw new Error(`Nobody looked at ${name}.`)
    const found = [...options].flatMap(([type, hovers]) =>
      silent(hovers).map((member) => `${type}.${member}`),
    )
    expect(found).toEqual([])
  })
})

it('a member without a sentence is found', () => {
  const type = '{ readonly silent: number\n/** It has. */\nreadonly loud: string }'
  expect(editor.hoversOf([{ imports: '', type }])).toEqual([
    [
      { member: 'silent', documentation: '' },
      { member: 'loud', documentation: 'It has.' },
    ],
  ])
})
