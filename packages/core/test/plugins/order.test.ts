import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { definePlugin, type Plugin, type PluginEntry, Trainer } from '../../src/index.js'
import { lab, onCpu, plugin, rejection, thrownBy } from '../helpers/lab.js'
import { lineBatches, lineModule } from '../helpers/line.js'

onCpu()

type Order = Partial<Pick<Plugin, 'before' | 'after' | 'requires' | 'conflicts' | 'id'>>

const nothing = (name: string, order: Order = {}) => plugin(name, () => undefined, order)

/** Runs a fit and tells in which order the plugins were called at its start and end. */
async function orderOf(entries: readonly [string, Order?][]): Promise<string> {
  const calls: string[] = []
  const plugins = entries.map(([name, order = {}]) =>
    plugin(
      name,
      ({ hooks, id }) => {
        hooks.fitStart.tap(id, () => void calls.push(id))
        hooks.fitEnd.tap(id, () => void calls.push(id))
      },
      order,
    ),
  )
  const module = lineModule()
  await lab({ plugins }).trainer.fit(module, { train: lineBatches(1) })
  module.dispose()
  return calls.join(' ')
}

describe('the order of plugins', () => {
  const table: { how: string; plugins: [string, Order?][]; calls: string }[] = [
    { how: 'as listed, ends in reverse', plugins: [['a'], ['b'], ['c']], calls: 'a b c c b a' },
    {
      how: 'before',
      plugins: [['a'], ['b'], ['c', { before: ['a'] }]],
      calls: 'b c a a c b',
    },
    {
      how: 'after',
      plugins: [['a', { after: ['c'] }], ['b'], ['c']],
      calls: 'b c a a c b',
    },
    {
      how: 'a chain',
      plugins: [['a', { after: ['b'] }], ['b', { after: ['c'] }], ['c']],
      calls: 'c b a a b c',
    },
    {
      how: 'two of one name, told apart by id',
      plugins: [
        ['a', { id: 'a-1' }],
        ['b', { before: ['a'] }],
        ['a', { id: 'a-2' }],
      ],
      calls: 'b a-1 a-2 a-2 a-1 b',
    },
  ]
  it.each(table)('is $how: $calls', async ({ plugins, calls }) => {
    expect(await orderOf(plugins)).toBe(calls)
  })

  it('holds also for a plugin that comes by use() and asks to be first', async () => {
    const calls: string[] = []
    const noting = (name: string, order: Order = {}) =>
      plugin(
        name,
        ({ hooks }) => {
          hooks.fitStart.tap(name, () => void calls.push(name))
          hooks.fitEnd.tap(name, () => void calls.push(name))
        },
        order,
      )
    const { trainer } = lab({ plugins: [noting('a'), noting('b')] })
    trainer.use(noting('c', { before: ['a'] }))
    trainer.use(noting('d'))
    const module = lineModule()
    await trainer.fit(module, { train: lineBatches(1) })
    expect(calls.join(' ')).toBe('c a b d d b a c')
    module.dispose()
  })

  it.each([
    { order: { before: ['plugin-b'] }, text: 'asks to come before plugin "plugin-b"' },
    { order: { after: ['plugin-b'] }, text: 'asks to come after plugin "plugin-b"' },
  ])('refuses an unknown name in $order and suggests a known one', async ({ order, text }) => {
    const plugins = [nothing('a', order), nothing('plugin-c')]
    const error = await thrownBy(() => new Trainer({ plugins }))
    expect(error).toMatchObject({ code: 'REG_PLUGIN_ORDER', plugin: 'a' })
    expect(error.message).toContain(text)
    expect(error.message).toContain('Did you mean "plugin-c"? Used: "a", "plugin-c"')
  })

  it('refuses a circle and names  in it', async () => {
    const plugins = [nothing('a', { before: ['b'] }), nothing('b', { before: ['a'] })]
    const error = await thrownBy(() => new Trainer({ plugins }))
    expect(error.code).toBe('REG_PLUGIN_ORDER')
    expect(error.message).toContain('"a", "b" each ask to come before the other')
  })
})

describe('plugins that go together, or not', () => {
  it('refuses a plugin whose required one is missing', async () => {
    const plugins = [nothing('a', { requires: ['chekpoint'] }), nothing('checkpoint')]
    const error = await thrownBy(() => new Trainer({ plugins }))
    expect(error).toMatchObject({ code: 'REG_PLUGIN_REQUIRED', plugin: 'a' })
    expect(error.message).toContain('Did you mean "checkpoint"?')
    new Trainer({ plugins: [nothing('a', { requires: ['b'] }), nothing('b')] })
  })

  it('refuses a plugin together with one that it excludes, in either order', async () => {
    for (const plugins of [
      [nothing('a', { conflicts: ['b'] }), nothing('b')],
      [nothing('b'), nothing('a', { conflicts: ['b'] })],
    ]) {
      const error = await thrownBy(() => new Trainer({ plugins }))
      expect(error).toMatchObject({ code: 'REG_PLUGIN_CONFLICT', plugin: 'a' })
    }
  })

  it('refuses a second plugin with the same id, also by use(), and stays usable', async () => {
    const { trainer, seen } = lab({ plugins: [nothing('a')] })
    const error = await thrownBy(() => trainer.use(nothing('a')))
    expect(error).toMatchObject({ code: 'REG_PLUGIN_DUPLICATE', plugin: 'a' })
    trainer.use(nothing('a', { id: 'other' }))
    const module = lineModule()
    await trainer.fit(module, { train: lineBatches(1) })
    expect(seen.unpaired()).toEqual([])
    module.dispose()
  })

  it('refuses a plugin of another contract and says which side to upgrade', async () => {
    const future = { ...nothing('future'), api: 2 }
    const error = await thrownBy(() => new Trainer({ plugins: [future] }))
    expect(error).toMatchObject({ code: 'REG_PLUGIN_API', plugin: 'future' })
    expect(error.message).toContain('plugin api 2, this core has 1. Upgrade @regimen/core')
    const bare = { name: 'bare', id: 'bare', apply: () => undefined } as unknown as Plugin
    const missing = await thrownBy(() => new Trainer({ plugins: [bare] }))
    expect(missing.message).toContain('Upgrade the plugin, and make it with definePlugin')
  })

  it('refuses a plugin that another copy of core made, and says where both are', async () => {
    const made = { ...nothing('guest'), core: 'file:///my%20project/node_modules/@regimen/core' }
    const error = await thrownBy(() => new Trainer({ plugins: [made] }))
    expect(error).toMatchObject({ code: 'REG_PLUGIN_API', plugin: 'guest' })
    const own = fileURLToPath(new URL('../..', import.meta.url)).slice(0, -1)
    expect(error.message).toContain(
      `in "/my project/node_modules/@regimen/core"; this trainer is of the copy in "${own}"`,
    )
  })

  it('takes nested lists and falsy entries', async () => {
    const calls: string[] = []
    const noting = (name: string) =>
      plugin(name, ({ hooks }) => {
        hooks.fitStart.tap(name, () => void calls.push(name))
      })
    const plugins = [noting('a'), false, [null, [noting('b'), undefined], ''], 0] as PluginEntry[]
    const module = lineModule()
    await lab({ plugins }).trainer.fit(module, { train: lineBatches(1) })
    expect(calls).toEqual(['a', 'b'])
    module.dispose()
  })

  it.each([
    { given: () => nothing('a'), text: 'holds the function "given"; call it: given()' },
    { given: { name: 'a' }, text: 'is not a plugin; make one with definePlugin' },
    { given: 'early-stopping', text: 'is not a plugin' },
    { given: true, text: 'is not a plugin' },
  ])('refuses $given as a plugin', async ({ given, text }) => {
    const error = await thrownBy(() => new Trainer({ plugins: [given as never] }))
    expect(error.code).toBe('REG_PLUGIN_INVALID')
    expect(error.message).toContain(text)
  })

  it.each([
    {
      definition: { name: 'MyPlugin', apply() {} },
      text: '"MyPlugin"; expected one in kebab-case',
    },
    {
      definition: { name: 'a', id: '', apply() {} },
      text: '"id" is ""; expected a non-empty string',
    },
    { definition: { name: 'a' }, text: '"apply" is undefined; expected a function' },
  ])('definePlugin refuses $definition', async ({ definition, text }) => {
    const error = await thrownBy(() => definePlugin(definition as never))
    expect(error.code).toBe('REG_PLUGIN_INVALID')
    expect(error.message).toContain(text)
  })

  it('names a plugin whose apply throws', async () => {
    const broken = plugin('broken', () => {
      throw new Error('no licence')
    })
    const error = await thrownBy(() => new Trainer({ plugins: [broken] }))
    expect(error).toMatchObject({ code: 'REG_HOOK_FAILED', plugin: 'broken' })
    expect(error.message).toContain('"broken" failed when it was applied: no licence')
    const { trainer } = lab()
    const module = lineModule()
    expect((await thrownBy(() => trainer.use(broken))).plugin).toBe('broken')
    await trainer.fit(module, { train: lineBatches(1) })
    module.dispose()
  })

  it('takes nothing of a list in which one apply throws: no tap, no service, no name', async () => {
    const calls: string[] = []
    const noting = plugin('noting', ({ hooks }) => {
      hooks.fitStart.tap('noting', () => void calls.push('noting'))
      return { dispose: () => void calls.push('noting disposed') }
    })
    const broken = plugin('broken', ({ hooks, events$ }) => {
      hooks.fitStart.tap('broken', () => void calls.push('broken'))
      events$.subscribe(() => undefined)
      throw new Error('too late')
    })
    const { trainer } = lab()
    expect((await thrownBy(() => trainer.use([noting, broken]))).plugin).toBe('broken')
    const module = lineModule()
    await trainer.fit(module, { train: lineBatches(1) })
    expect(calls.filter((call) => call !== 'noting disposed')).toEqual([])
    trainer.use(noting)
    module.dispose()
  })

  it('are not taken while the trainer runs, and neither is another run', async () => {
    const module = lineModule()
    const { trainer } = lab()
    const first = trainer.fit(module, { train: lineBatches(3) })
    const second = await rejection(trainer.fit(module, { train: lineBatches(3) }))
    expect(second.code).toBe('REG_BUSY')
    expect(second.message).toContain('fit() was called while fit is running')
    expect((await thrownBy(() => trainer.use(nothing('late')))).code).toBe('REG_BUSY')
    expect((await rejection(trainer.test(module, lineBatches(1)))).code).toBe('REG_BUSY')
    expect((await rejection(trainer.predict(module, lineBatches(1)).next())).code).toBe('REG_BUSY')
    expect((await rejection(trainer.dispose())).code).toBe('REG_BUSY')
    await first
    expect(trainer.state.step).toBe(3)
    module.dispose()
  })
})
