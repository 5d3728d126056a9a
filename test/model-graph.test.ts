import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { definePlugin, type Plugin, Trainer } from '@regimen/core'
import { layersModule } from '@regimen/core/layers'
import { csvLogger } from '@regimen/logger-csv'
import '@tensorflow/tfjs-backend-cpu'
import * as tf from '@tensorflow/tfjs-core'
import * as layers from '@tensorflow/tfjs-layers'
import { beforeAll, expect, it, onTestFinished } from 'vitest'

beforeAll(async () => {
  await tf.setBackend('cpu')
})

function graphs() {
  const seen: string[] = []
  const watch = definePlugin({
    name: 'watch',
    apply({ id, hooks }) {
      hooks.record.tap(id, (record) => {
        if (record.kind === 'graph') seen.push(`${record.format} ${record.body.length}`)
      })
    },
  })
  return { seen, watch }
}

/** Fits a model, and says how often it was written as JSON. */
async function fitted(plugins: readonly Plugin[], { fits = 1 } = {}) {
  const rootDir = mkdtempSync(join(tmpdir(), 'regimen-graph-'))
  onTestFinished(() => rmSync(rootDir, { recursive: true, force: true }))
  const model = layers.sequential({
    layers: [layers.layers.dense({ units: 1, inputShape: [2], name: 'only' })],
  })
  let written = 0
  const toJson = model.toJSON.bind(model)
  model.toJSON = () => {
    written++
    return toJson(undefined, true)
  }
  const [x, y] = [tf.ones([4, 2]), tf.ones([4, 1])]
  const module = layersModule(model, {
    loss: 'meanSquaredError',
    optimizer: () => tf.train.sgd(0.1),
  })
  const trainer = new Trainer({ rootDir, maxEpochs: 1, plugins: [...plugins] })
  for (let fit = 0; fit < fits; fit++) await trainer.fit(module, { train: [{ x, y }] })
  await trainer.dispose()
  tf.dispose([x, y])
  model.dispose()
  const graphOf = (folder: string) => {
    const path = join(rootDir, folder, 'graph.json')
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
  }
  return { written, graphOf }
}

const csv = (name: string, logGraph = true) =>
  csvLogger({ name, id: `csv-${name}`, thread: false, logGraph })

it('csvLogger writes the graph of a model to graph.json', async () => {
  const { graphOf } = await fitted([csv('a')])
  const { class_name: kind, config } = graphOf('a/version_0')
  expect(kind).toBe('Sequential')
  expect(config.layers.at(-1).config).toMatchObject({ name: 'only', units: 1 })
})

it('of several loggers one makes it, once in each fit, and all of them have it', async () => {
  const { seen, watch } = graphs()
  const { written, graphOf } = await fitted([csv('a'), csv('b'), watch], { fits: 2 })
  expect([written, seen.length]).toEqual([2, 2])
  const found = ['a/version_0', 'b/version_0', 'a/version_1', 'b/version_1'].map(graphOf)
  expect(found[0]).toMatchObject({ class_name: 'Sequential' })
  for (const one of found) expect(one).toEqual(found[0])
})

it('one that a plugin recorded before is not made again', async () => {
  const { seen, watch } = graphs()
  const own = definePlugin({
    name: 'own',
    apply({ id, hooks, record }) {
      hooks.fitStart.tapPromise(id, () =>
        record({ kind: 'graph', format: 'keras-json', body: '{"mine":true}' }),
      )
    },
  })
  const { written, graphOf } = await fitted([own, watch, csv('a')])
  expect([written, seen]).toEqual([0, ['keras-json 13']])
  expect(graphOf('a/version_0')).toEqual({ mine: true })
})

it('a graph of another format is no reason to leave it out', async () => {
  const { seen, watch } = graphs()
  const own = definePlugin({
    name: 'own',
    apply({ id, hooks, record }) {
      hooks.fitStart.tapPromise(id, () => record({ kind: 'graph', format: 'text', body: 'a' }))
    },
  })
  const { written } = await fitted([own, watch, csv('a')])
  expect([written, seen.length]).toEqual([1, 2])
})

it('without logGraph there is none', async () => {
  const { written, graphOf } = await fitted([csv('a', false)])
  expect([written, graphOf('a/version_0')]).toEqual([0, undefined])
})
