import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { definePlugin, type Plugin } from '@regimen/core'
import { describe, expect, it } from 'vitest'
import { PluginContractError, pluginContract } from '../src/index.js'

/** A plugin that does everything there is, as it should be done. */
function careful(folder: string, { id = 'careful' } = {}): Plugin {
  return definePlugin({
    name: 'careful',
    id,
    writes: true,
    apply({ hooks, tf, events$, requestStop, wrapStep, report }) {
      let seen = { best: Number.POSITIVE_INFINITY, bad: 0 }
      let clean = (): void => {}
      hooks.setup.tap(id, () => {
        seen = { best: Number.POSITIVE_INFINITY, bad: 0 }
        const scale = tf.keep(tf.scalar(2))
        const timer = setInterval(() => undefined, 1000)
        const onExit = () => undefined
        process.on('exit', onExit)
        const subscription = events$.subscribe(() => undefined)
        clean = () => {
          scale.dispose()
          clearInterval(timer)
          process.off('exit', onExit)
          subscription.unsubscribe()
        }
      })
      hooks.configure.tap(id, (options) => ({ ...options, minSteps: 1 }))
      hooks.gradients.tap(id, (gradients) =>
        Object.fromEntries(
          Object.entries(gradients ?? {}).map(([name, one]) => [name, tf.mul(one, 2)]),
        ),
      )
      hooks.batch.tap(id, (data) => data)
      wrapStep((next) => next)
      hooks.monitor.tapPromise(id, async ({ metrics }) => {
        const value = await metrics.get('val_loss')
        const isBetter = value < seen.best
        seen = { best: Math.min(value, seen.best), bad: isBetter ? 0 : seen.bad + 1 }
        if (seen.bad > 2) requestStop(`best: ${seen.best}`)
      })
      hooks.save.tapPromise(id, async ({ snapshot }) => {
        const { meta } = await snapshot()
        await writeFile(join(folder, `${meta.position.step}.json`), JSON.stringify(meta))
      })
      hooks.epochEnd.tapPromise(id, async ({ metrics }) => {
        try {
          await metrics.get('accuracy')
        } catch {
          report.warn('no accuracy')
        }
      })
      hooks.teardown.tap(id, () => clean())
      return {
        saveState: () => seen,
        loadState: (saved: typeof seen) => {
          seen = saved
        },
        dispose: () => clean(),
      }
    },
  })
}

describe('the contract', () => {
  it('is kept by a careful plugin, which really worked, and leaves the process as it was', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'regimen-testing-'))
    const listeners = () => process.eventNames().map((name) => process.listenerCount(name))
    const before = [listeners(), setTimeout, setInterval, (await import('node:fs')).writeFile]
    const readme = join(folder, 'README.md')
    const hooks = [
      'configure',
      'setup',
      'gradients',
      'batch',
      'step',
      'monitor',
      'save',
      'epochEnd',
      'teardown',
    ]
    const rows = hooks.map((hook) => `| \`${hook}\` | something |`)
    const table = `# x\n\n| \`option\` | y |\n\n### Hooks it taps\n\n| hook | why |\n| --- | --- |\n${rows.join('\n')}\n\n## Next\n\n| \`other\` | z |\n`
    await writeFile(readme, table)
    await expect(pluginContract((own) => careful(folder, own), { readme })).resolves.toBeUndefined()
    expect(await readdir(folder)).toContain('8.json')
    expect([listeners(), setTimeout, setInterval, (await import('node:fs')).writeFile]).toEqual(
      before,
    )
    await rm(folder, { recursive: true })
  })

  it('is kept by a plugin that does nothing', async () => {
    await expect(
      pluginContract(() => definePlugin({ name: 'idle', apply: () => undefined })),
    ).resolves.toBeUndefined()
  })

  it('may leave out what differs from run to run', async () => {
    let run = 0
    const counting = () =>
      definePlugin({
        name: 'counting',
        apply({ id, hooks }) {
          let path = ''
          hooks.setup.tap(id, () => {
            run++
            path = `version_${run}`
          })
          return { saveState: () => path, loadState: () => undefined }
        },
      })
    await expect(pluginContract(counting)).rejects.toThrow(
      /reset: After a fit, .* state is 'version_/,
    )
    const comparable = ({ state: _, ...rest }: object & { state: unknown }) => rest
    await expect(pluginContract(counting, { comparable })).resolves.toBeUndefined()
  })

  it('is asked of one plugin after the other, also where two are tried at once', async () => {
    const idle = () => definePlugin({ name: 'idle', apply: () => undefined })
    const timer = () =>
      definePlugin({
        name: 'ticking',
        apply: ({ id, hooks }) => hooks.setup.tap(id, () => void setTimeout(() => undefined, 1e6)),
      })
    const results = await Promise.allSettled([pluginContract(timer), pluginContract(idle)])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
  })

  it('tells a plugin that cannot run at all what is missing', async () => {
    const needy = () =>
      definePlugin({
        name: 'needy',
        apply: ({ id, hooks, service }) =>
          hooks.setup.tap(id, () => {
            if (!service('logger')) throw new Error('there is no logger')
          }),
      })
    await expect(pluginContract(needy)).rejects.toThrow(
      /run: A scripted fit fails: .*there is no logger.*Give metrics, options or companions/,
    )
    const companions = () =>
      definePlugin({ name: 'log', apply: ({ provide }) => provide('logger', { name: 'log' }) })
    await expect(pluginContract(needy, { companions })).resolves.toBeUndefined()
  })

  it('is broken by two of a kind that do not get along', async () => {
    const jealous = ({ id = 'jealous' } = {}) =>
      definePlugin({
        name: 'jealous',
        id,
        apply({ hooks, plugins }) {
          hooks.setup.tap(id, () => {
            const all = plugins.list().filter(({ name }) => name === 'jealous')
            if (all.length > 1) throw new Error('there can be only one')
          })
        },
      })
    const error = await pluginContract(jealous).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(PluginContractError)
    expect((error as Error).message).toMatch(
      /names: Two of it, with different ids, cannot be used together/,
    )
  })
})
