import { definePlugin, type Plugin, type Snapshot } from '@regimen/core'
import { describe, expect, it } from 'vitest'
import { expectNoTensorLeak, runPlugin } from '../src/index.js'

/** Stops when a metric in `monitor` is above a limit. */
function stopAbove(name: string, limit: number): Plugin {
  return definePlugin({
    name: 'stop-above',
    apply({ id, hooks, requestStop }) {
      hooks.monitor.tapPromise(id, async ({ metrics }) => {
        if (metrics.has(name) && (await metrics.get(name)) > limit) requestStop(`${name} too high`)
      })
    },
  })
}

describe('a scripted run', () => {
  it('is one epoch per entry, with metrics of training and validation by their final names', async () => {
    const { history, epochs, stop, outcome } = await expectNoTensorLeak(() =>
      runPlugin([], {
        metrics: [
          { val_loss: 0.3, val_f1: 0.1, accuracy: 0.7 },
          { val_loss: Number.NaN, loss: 5 },
        ],
      }),
    )
    expect(history).toEqual([
      { epoch: 0, loss: 1, accuracy: 0.7, val_loss: 0.3, val_f1: 0.1 },
      { epoch: 1, loss: 5, val_loss: Number.NaN },
    ])
    expect({ epochs, stop, outcome }).toEqual({
      epochs: 2,
      stop: { kind: 'maxEpochs' },
      outcome: 'completed',
    })
  })

  it('takes lists as one value per batch, and per validation of the epoch', async () => {
    const metrics = [
      { accuracy: [0, 1, 5], val_loss: [1, 2, 3] },
      { accuracy: 4, val_loss: [4, 5] },
    ]
    const { events, records } = await runPlugin([], {
      metrics,
      batches: 4,
      options: { validateEvery: { steps: 1 } },
    })
    const values = records.flatMap((record) => (record.kind === 'metrics' ? [record] : []))
    const of = (source: string, interval: string, name: string) =>
      values
        .filter((record) => record.source === source && record.interval === interval)
        .map((record) => record.values[name])
    expect(of('train', 'step', 'accuracy')).toEqual([0, 1, 5, 5, 4, 4, 4, 4])
    expect(of('validation', 'epoch', 'val_loss')).toEqual([1, 2, 3, 3, 4, 5, 5, 5])
    expect(events.filter(({ name }) => name === 'validationEnd')).toHaveLength(8)
  })

  it('goes on with the last entry where maxEpochs is larger', async () => {
    const metrics = [{ val_loss: 2 }, { val_loss: 1 }]
    const { history } = await runPlugin([], { metrics, options: { maxEpochs: 4 } })
    expect(history.map(({ val_loss }) => val_loss)).toEqual([2, 1, 1, 1])
  })

  it('does not validate where nothing begins with val_', async () => {
    const { hooks, reports } = await runPlugin([], { metrics: [{ accuracy: 1 }] })
    expect(hooks).not.toContain('validationStart')
    expect(reports).toEqual([])
  })

  it('leaves the weight at minus the number of steps', async () => {
    const { snapshot } = await runPlugin([], { metrics: [{}, {}], batches: 3 })
    expect([...(snapshot.tensors['module/w']?.data ?? [])]).toEqual([-6])
  })

  it('says how a plugin stopped it; resumed it is over, and goes on without that plugin', async () => {
    const metrics = [{ val_loss: 1 }, { val_loss: 9 }, { val_loss: 1 }]
    const stopped = await runPlugin(stopAbove('val_loss', 5), { metrics })
    expect(stopped.stop).toEqual({
      kind: 'plugin',
      plugin: 'stop-above',
      message: 'val_loss too high',
    })
    expect(stopped).toMatchObject({ epochs: 2, outcome: 'stopped' })
    const snapshot = JSON.parse(JSON.stringify(stopped.snapshot.meta)) as Snapshot['meta']
    const resumeFrom = { meta: snapshot, tensors: stopped.snapshot.tensors }
    const resumed = await runPlugin(stopAbove('val_loss', 5), { metrics, resumeFrom })
    expect(resumed).toMatchObject({ epochs: 2, outcome: 'stopped', stop: stopped.stop })
    const without = await runPlugin([], { metrics, resumeFrom })
    expect(without).toMatchObject({ epochs: 3, outcome: 'completed' })
  })

  it('goes on in the middle of an epoch with the values that the validations there have', async () => {
    const metrics = [{ val_loss: 9 }, { val_loss: [1, 2, 3, 4] }]
    const options = { validateEvery: { steps: 1 } }
    const controller = new AbortController()
    const first = await runPlugin([], {
      metrics,
      batches: 4,
      options,
      signal: controller.signal,
      watch: ({ hooks }) =>
        hooks.batchStart.tap('abort', ({ epoch, batch }) => {
          if (epoch === 1 && batch === 2) controller.abort()
        }),
    })
    expect(first.outcome).toBe('interrupted')
    const resumeFrom = first.snapshot
    const { records } = await runPlugin([], { metrics, batches: 4, options, resumeFrom })
    const values = records.flatMap((record) =>
      record.kind === 'metrics' && record.source === 'validation' ? [record.values.val_loss] : [],
    )
    expect(values).toEqual([3, 4])
  })

  it('collects records, reports and events', async () => {
    const chatty = definePlugin({
      name: 'chatty',
      apply({ id, hooks, report }) {
        hooks.fitStart.tap(id, () => report.warn('it begins'))
      },
    })
    const { records, reports, events } = await runPlugin(chatty, { metrics: [{}] })
    expect(reports).toEqual([{ level: 'warn', message: 'it begins', plugin: 'chatty' }])
    expect(records.map(({ kind }) => kind)).toEqual(['metrics', 'metrics'])
    expect(events.at(-1)?.name).toBe('teardown')
  })

  it('rejects with what the fit throws, and leaves no tensor', async () => {
    const broken = definePlugin({
      name: 'broken',
      apply({ id, hooks }) {
        hooks.batchStart.tap(id, () => {
          throw new Error('no')
        })
      },
    })
    const run = () => runPlugin(broken, { metrics: [{}] })
    await expect(expectNoTensorLeak(run)).rejects.toMatchObject({
      code: 'REG_HOOK_FAILED',
      plugin: 'broken',
    })
  })
})
