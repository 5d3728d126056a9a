import type { MetricRecord, WriterRecord } from '@regimen/logger-kit/writer'
import { describe, expect, it } from 'vitest'
import { recordRequest } from '../../src/rest/record-request.js'

const at = { seq: 1, time: 1_700_000_000_000, step: 7, epoch: 2 }
const metric: MetricRecord = {
  ...at,
  kind: 'metric',
  name: 'loss',
  value: 0.5,
  source: 'train',
  interval: 'step',
  group: 1,
}
const context = { experimentKey: 'key', prefix: undefined }
const file = { file: '/spool/1', size: 3, sha256: 'abc' }
const write = (name: string) => `/api/rest/v2/write/experiment/${name}`

describe('a metric', () => {
  it('is one request with its step, epoch, context and the time when it was logged', () => {
    expect(recordRequest(metric, context)).toEqual({
      method: 'POST',
      path: write('metric'),
      json: {
        experimentKey: 'key',
        metricName: 'loss',
        metricValue: 0.5,
        context: 'train',
        step: 7,
        epoch: 2,
        timestamp: 1_700_000_000_000,
      },
    })
  })

  it.each([
    ['loss', 'train', 'step', 'loss', 'train'],
    ['loss', 'train', 'epoch', 'loss_epoch', 'train'],
    ['foo_epoch', 'train', 'epoch', 'foo_epoch', 'train'],
    ['val_loss', 'validation', 'epoch', 'val_loss', 'validate'],
    ['test_loss', 'test', 'epoch', 'test_loss', 'test'],
    ['a/b c é', 'train', 'step', 'a/b c é', 'train'],
  ] as const)('%s of %s, per %s, is %s in the context %s', (name, source, interval, own, where) => {
    const { json } = recordRequest({ ...metric, name, source, interval }, context)
    expect(json).toMatchObject({ metricName: own, context: where })
  })

  it('has the prefix of the run before its name', () => {
    const { json } = recordRequest(metric, { ...context, prefix: 'exp' })
    expect(json).toMatchObject({ metricName: 'exp-loss' })
  })

  it.each([
    [Number.NaN, '"NaN"'],
    [Number.POSITIVE_INFINITY, '"Infinity"'],
    [Number.NEGATIVE_INFINITY, '"-Infinity"'],
    [-0, '"-0"'],
    [0, '0'],
    [1e308, '1e+308'],
    [5e-324, '5e-324'],
    [2 ** 53 - 1, '9007199254740991'],
  ])('%d is sent as %s', (value, text) => {
    const { json } = recordRequest({ ...metric, value }, context)
    expect(JSON.stringify((json as { metricValue: unknown }).metricValue)).toBe(text)
  })
})

describe('other kinds', () => {
  it.each<[string, WriterRecord, object]>([
    [
      'a parameter',
      { ...at, kind: 'parameter', name: 'optimizer/rate', value: 0.1 },
      {
        path: write('parameter'),
        json: { parameterName: 'optimizer/rate', parameterValue: '0.1', timestamp: at.time },
      },
    ],
    [
      'a parameter that is null',
      { ...at, kind: 'parameter', name: 'p', value: null },
      { json: { parameterValue: 'null' } },
    ],
    [
      'a graph',
      { ...at, kind: 'graph', format: 'keras-json', body: '{}' },
      { path: write('graph'), json: { experimentKey: 'key', graph: '{}' } },
    ],
    [
      'HTML, appended',
      { ...at, kind: 'text', name: 'n', text: '<b>', format: 'html' },
      { path: write('html'), json: { html: '<b>', override: false } },
    ],
    [
      'a text',
      { ...at, kind: 'text', name: 'sample', text: 'hi', format: 'markdown' },
      {
        path: write('upload-asset'),
        query: { type: 'text-sample', fileName: 'sample.md', step: '7', epoch: '2' },
        upload: { source: { text: 'hi' } },
      },
    ],
    [
      'an image',
      { ...at, ...file, kind: 'image', name: 'x/y', mime: 'image/jpeg', width: 2, height: 3 },
      {
        query: { type: 'image', fileName: 'x/y.jpg', extension: 'jpg' },
        upload: { source: { path: '/spool/1' }, metadata: '{"width":2,"height":3}' },
      },
    ],
    [
      'a histogram',
      { ...at, kind: 'histogram', name: 'w', edges: [0, 1], counts: [4] },
      {
        query: { type: 'histogram3d', fileName: 'w.json' },
        upload: { source: { text: '{"name":"w","step":7,"edges":[0,1],"counts":[4]}' } },
      },
    ],
    [
      'a checkpoint',
      { ...at, ...file, kind: 'artifact', name: 'a.bin', type: 'checkpoint', metadata: { e: 1 } },
      {
        query: { type: 'model-element', groupingName: 'checkpoint', fileName: 'a.bin' },
        upload: { metadata: '{"e":1,"sha256":"abc"}' },
      },
    ],
    [
      'any other file',
      { ...at, ...file, kind: 'artifact', name: 'data', type: 'data', metadata: {} },
      { query: { type: 'asset', fileName: 'data', overwrite: 'false' } },
    ],
    [
      'tags',
      {
        ...at,
        kind: 'other',
        name: 'tags',
        value: { endpoint: 'tags', fields: { addedTags: ['a'] } },
      },
      { method: 'POST', path: write('tags'), json: { experimentKey: 'key', addedTags: ['a'] } },
    ],
    [
      'dependencies',
      {
        ...at,
        kind: 'other',
        name: 'dependencies',
        value: { endpoint: 'dependencies', fields: { logDependencies: [] } },
      },
      { method: 'PUT', path: write('dependencies'), json: { logDependencies: [] } },
    ],
    [
      'uncommitted changes',
      { ...at, kind: 'other', name: 'git/patch', value: { endpoint: 'git/patch', patch: '+a' } },
      {
        path: write('git/patch'),
        query: { experimentKey: 'key' },
        upload: { fileName: 'git.patch', source: { text: '+a' } },
      },
    ],
  ])('%s', (_, record, expected) => {
    expect(recordRequest(record, context)).toMatchObject(expected)
  })
})
