import { inspect } from 'node:util'
import { context, trace } from '@opentelemetry/api'
import { definePlugin, isRegimenError, type LogRecord } from '@regimen/core'
import * as tf from '@tensorflow/tfjs-core'
import { expect, it, vi } from 'vitest'
import { type OtelHandle, otelLogger } from '../src/index.js'
import { registered } from './helpers/registered.js'
import { saver, training } from './helpers/training.js'

const named = (spans: readonly { name: string }[], name: string) =>
  spans.filter((span) => span.name === name)

it('makes a span of the run, of each epoch, of its validation and of what is saved', async () => {
  const { tree, spans, shutdown } = registered()
  const { fit, logger } = training({ plugins: [otelLogger(), saver] })
  await fit()
  const epoch = ['  regimen.epoch', '    regimen.validation', '  regimen.save']
  expect(tree()).toEqual(['regimen.fit', ...epoch, ...epoch])
  const traces = new Set(spans().map((span) => span.spanContext().traceId))
  expect([...traces]).toEqual([(logger() as OtelHandle).traceId])
  expect(spans().map(({ status }) => status.code)).not.toContain(2)
  for (const spy of shutdown) expect(spy).not.toHaveBeenCalled()
})

it('says how each ended, how far it got and with which metrics', async () => {
  const { spans } = registered()
  const hparams = { rate: 0.1, net: { layers: [2, 1] }, apiKey: 'abc', worst: Number.NaN }
  const { fit } = training({ plugins: [otelLogger(), saver], module: { hparams } })
  await fit()
  const attributes = (name: string) =>
    spans().flatMap((span) => (span.name === name ? [span.attributes] : []))
  const completed = { 'regimen.outcome': 'completed' }
  const metric = { 'regimen.metric.loss': 2.5, 'regimen.step': 4, 'regimen.samples': 12 }
  expect(attributes('regimen.epoch')[1]).toEqual({ ...completed, ...metric, 'regimen.epoch': 1 })
  expect(attributes('regimen.validation')[0]).toEqual({
    ...{ ...completed, 'regimen.epoch': 0, 'regimen.sanity': false },
    ...{ 'regimen.metric.val_loss': 7, 'regimen.step': 2, 'regimen.samples': 6 },
  })
  expect(attributes('regimen.save')[0]).toEqual({ 'regimen.plugin': 'saver' })
  expect(attributes('regimen.fit')[0]).toEqual({
    ...{ ...completed, ...metric, 'regimen.metric.val_loss': 7, 'regimen.epochs': 2 },
    ...{ 'regimen.stage': 'fit', 'regimen.backend': 'cpu', 'regimen.resumed': false },
    ...{ 'regimen.stop': 'maxEpochs', 'regimen.hparam.rate': 0.1, 'regimen.hparam.worst': 'NaN' },
    ...{ 'regimen.hparam.net/layers': '[2,1]', 'regimen.hparam.apiKey': '***' },
  })
})

it('measures metrics, steps, samples and how long steps take', async () => {
  const { points } = registered()
  const log = definePlugin({
    name: 'odd-names',
    apply: ({ hooks, log: logged }) =>
      hooks.epochEnd.tap('odd-names', () => {
        logged('learning rate', 0.5)
        logged('LOSS', 4)
        logged('worst', Number.POSITIVE_INFINITY)
      }),
  })
  const { fit, lines } = training({ plugins: [otelLogger(), log] })
  await fit()
  const found = await points()
  const of = (name: string) => found.filter((point) => point.name === name)
  const place = { 'regimen.stage': 'fit', 'regimen.source': 'train' }
  expect(of('regimen.metric.loss')).toEqual([
    { name: 'regimen.metric.loss', value: 3, attributes: { ...place, 'regimen.interval': 'step' } },
    {
      name: 'regimen.metric.loss',
      value: 2.5,
      attributes: { ...place, 'regimen.interval': 'epoch' },
    },
  ])
  expect(of('regimen.metric.val_loss')).toMatchObject([{ value: 7 }])
  expect(of('regimen.metric.worst')).toMatchObject([{ value: Number.POSITIVE_INFINITY }])
  expect(of('regimen.steps')).toMatchObject([{ value: 4 }])
  expect(of('regimen.samples')).toMatchObject([{ value: 12 }])
  const [duration] = of('regimen.step.duration')
  expect(duration).toMatchObject({ value: { count: 4, min: expect.any(Number) } })
  expect(found).toHaveLength(7)
  expect(lines()).toEqual([
    'Metric "learning rate" has no gauge: it takes letters, digits and "_.-/", 230 at most. It is in the spans.',
    'Metric "LOSS" has no gauge: it has one that differs in case only. It is in the spans.',
  ])
})

it('is a child of the span that is active when fit is called, and is active in the user’s code', async () => {
  const { tree, spans } = registered()
  const own = trace.getTracer('own')
  const mark = (name: string) => own.startSpan(name).end()
  const module = {
    validationStep: () => {
      mark('in a validation step')
      return tf.scalar(1)
    },
  }
  const writer = definePlugin({
    name: 'writer',
    apply: ({ hooks }) =>
      hooks.save.tapPromise('writer', async () => {
        await new Promise(setImmediate)
        mark('in a save')
      }),
  })
  const options = { maxEpochs: 1, limitBatches: { train: 1 } }
  const plugins = [otelLogger({ stepSpans: 1 }), writer]
  const { fit } = training({ plugins, module, options, inStep: () => mark('in a step') })
  const request = own.startSpan('request')
  await context.with(trace.setSpan(context.active(), request), () => fit())
  request.end()
  expect(tree()).toEqual([
    ...['request', '  regimen.fit', '    regimen.epoch', '      regimen.step'],
    ...['        in a step', '      regimen.validation', '        in a validation step'],
    ...['    regimen.save', '      in a save'],
  ])
  expect(named(spans(), 'regimen.step')).toHaveLength(1)
})

it('makes a span of every n-th batch if asked', async () => {
  const { spans } = registered()
  await training({ plugins: [otelLogger({ stepSpans: 2 })] }).fit()
  const steps = spans().filter(({ name }) => name === 'regimen.step')
  expect(steps.map(({ attributes }) => attributes)).toEqual([
    expect.objectContaining({ 'regimen.epoch': 0, 'regimen.batch': 0, 'regimen.step': 1 }),
    expect.objectContaining({ 'regimen.epoch': 1, 'regimen.batch': 0, 'regimen.step': 3 }),
  ])
})

it('traces validations and tests by themselves', async () => {
  const { tree, spans } = registered()
  const { trainer, module, data } = training({ plugins: [otelLogger()] })
  await trainer.validate(module, data.validation)
  await trainer.test(module, data.validation)
  expect(tree()).toEqual(['regimen.validate', '  regimen.validation', 'regimen.test'])
  expect(spans().at(-1)?.attributes).toMatchObject({
    'regimen.metric.test_loss': 9,
    'regimen.outcome': 'completed',
  })
})

it('records why a run failed, where it failed and at the run', async () => {
  const { spans } = registered()
  const module = {
    validationStep: (): tf.Scalar => {
      throw new TypeError('no such column')
    },
  }
  const { fit } = training({ plugins: [otelLogger()], module })
  const thrown = await fit().catch((error: unknown) => error)
  expect(isRegimenError(thrown)).toBe(true)
  const told = spans().map(({ name, status, events, attributes }) => [
    name,
    ...[status.code, events.map((event) => event.attributes?.['exception.type'])],
    attributes['regimen.outcome'],
  ])
  expect(told).toEqual([
    ['regimen.validation', 2, ['REG_MODULE_FAILED'], 'failed'],
    ['regimen.epoch', 2, [], 'failed'],
    ['regimen.fit', 2, ['REG_MODULE_FAILED'], 'failed'],
  ])
  expect(spans().at(-1)?.status.message).toContain('no such column')
  expect(spans().at(-1)?.events[0]?.attributes?.['exception.stacktrace']).toContain(
    'no such column',
  )
})

it('has no key in any span, wherever one is', async () => {
  const { spans } = registered()
  const key = 'marker-key-0123456789abcdef'
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', `authorization=Bearer%20${key}`)
  vi.stubEnv('OTHER_API_KEY', `other-${key}`)
  const wrong = definePlugin({
    name: 'wrong',
    apply: ({ hooks }) =>
      hooks.save.tapPromise('wrong', async () => {
        throw new Error(`refused: Bearer ${key}`)
      }),
  })
  const module = { hparams: { note: `use ${key}`, other: `other-${key}` } }
  const plugins = [otelLogger(), wrong, recording([{ kind: 'text', name: 'n', text: key }])]
  await expect(training({ plugins, module }).fit()).rejects.toThrow('refused')
  const told = spans().map(({ name, status, attributes, events }) => [
    name,
    status,
    attributes,
    events,
  ])
  expect(inspect(told, { depth: null })).toContain('refused: ***cdef')
  expect(inspect(told, { depth: null })).not.toContain(key)
  expect(spans().map(({ name, status }) => [name, status.code])).toContainEqual(['regimen.save', 2])
  vi.unstubAllEnvs()
})

it('says that a run was interrupted, which is no error', async () => {
  const { spans } = registered()
  const control = new AbortController()
  const inStep = () => control.abort()
  await training({ plugins: [otelLogger(), saver], inStep }).fit(control.signal)
  const outcomes = spans().map(({ name, status, attributes }) => [
    name,
    status.code,
    attributes['regimen.outcome'],
  ])
  expect(outcomes).toEqual([
    ['regimen.save', 0, undefined],
    ['regimen.epoch', 0, 'interrupted'],
    ['regimen.fit', 0, 'interrupted'],
  ])
})

it('keeps texts as events and says once what it takes no records of', async () => {
  const { spans } = registered()
  const contents: Parameters<typeof recording>[0] = [
    { kind: 'text', name: 'note', text: 'hello' },
    { kind: 'histogram', name: 'w', edges: [0, 1], counts: [2] },
    { kind: 'histogram', name: 'w', edges: [0, 1], counts: [3] },
  ]
  const { fit, lines } = training({ plugins: [otelLogger(), recording(contents)] })
  await fit()
  const fitSpan = spans().at(-1)
  expect(fitSpan?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
    ['regimen.text', { 'regimen.name': 'note', 'regimen.text': 'hello' }],
  ])
  expect(lines()).toEqual(['It takes no records of kind "histogram"; they are skipped.'])
})

const recording = (contents: readonly Pick<LogRecord, never>[]) =>
  definePlugin({
    name: 'recording',
    apply: ({ hooks, record }) =>
      hooks.fitStart.tapPromise('recording', async () => {
        for (const content of contents) await record(content as Parameters<typeof record>[0])
      }),
  })
