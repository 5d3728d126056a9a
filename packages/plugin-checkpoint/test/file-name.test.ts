import { describe, expect, it } from 'vitest'
import { freeName, nameOf } from '../src/file-name.js'
import { checkpoint } from '../src/index.js'

const name = (filename: string, values: Record<string, number>, insertNames = true) =>
  nameOf({ filename, insertNames }, values)

describe('names of numbered files', () => {
  it('C031: a number is formatted as asked', () => {
    expect(name('{epoch:03d}-{acc}', { epoch: 3, acc: 0.03 })).toBe('epoch=003-acc=0.03')
  })

  it('C032: a name that contains another is replaced by itself', () => {
    const values = { epoch: 3, epoch_test: 3 }
    expect(name('{epoch:03d}-{epoch_test:03d}', values)).toBe('epoch=003-epoch_test=003')
  })

  it('C033: other separators stand in the template', () => {
    const values = { epoch: 3, acc: 0.03 }
    expect(name('test@{epoch},{acc:.5f}', values)).toBe('test@epoch=3,acc=0.03000')
    expect(name('epoch~{epoch:03d}-acc~{acc}', values, false)).toBe('epoch~003-acc~0.03')
  })

  it('C035: a slash in the name of a metric makes no folder', () => {
    const values = { epoch: 4, 'val/loss': 0.03 }
    expect(name('{epoch}_{val/loss:.5f}', values)).toBe('epoch=4_val_loss=0.03000')
  })

  it('C036: names can be left out', () => {
    const values = { epoch: 3, 'val/acc': 0.03, 'val/mAP@0.50': 0.2 }
    const template = 'epoch={epoch:03d}-val_acc={val/acc}'
    expect(name(template, values, false)).toBe('epoch=003-val_acc=0.03')
    expect(name('mAP@0.50={val/mAP@0.50:.4f}', values, false)).toBe('mAP@0.50=0.2000')
  })

  it('C037: a metric that is missing counts as 0', () => {
    expect(name('{missing:d}', {})).toBe('missing=0')
    const values = { epoch: 2, val_loss: 0.123456 }
    expect(name('{epoch}-{val_loss:.2f}', values)).toBe('epoch=2-val_loss=0.12')
  })

  it.each([
    ['{x:.3e}', 1234.6, '1.235e+03'],
    ['{x:+d}', 7, '+7'],
    ['{x:05d}', -7, '-0007'],
    ['{x:8.3f}', 1.5, '   1.500'],
    ['{x:.1%}', 0.256, '25.6%'],
    ['{x:.3g}', 1234.5, '1230'],
    ['{x:.2f}', Number.NaN, 'nan'],
    ['{x}', Number.NEGATIVE_INFINITY, '-inf'],
  ])('%s of %d is %s', (template, x, expected) => {
    expect(name(template, { x }, false)).toBe(expected)
  })

  it.each([
    ['', /"\{epoch\}-\{step\}"/],
    ['a/{epoch}', /slashes/],
    ['..\\{epoch}', /slashes/],
    ['{epoch', /braces/],
    ['{epoch:03x}', /"03x" is not/],
    ['last', /taken/],
    ['.hidden', /taken/],
    [7, /is 7/],
  ])('the template %s is an error at construction', (template, text) => {
    expect(() => checkpoint({ filename: template as string })).toThrow(text)
  })

  it('get a version where they are taken', () => {
    const taken = ['test', 'test-v1']
    expect(freeName('test', (one) => taken.includes(one))).toBe('test-v2')
    expect(freeName('other', (one) => taken.includes(one))).toBe('other')
  })
})
