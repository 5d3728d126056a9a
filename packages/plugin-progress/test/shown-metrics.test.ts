import { describe, expect, it } from 'vitest'
import { byOrigin, shownNames } from '../src/shown-metrics.js'

describe('names worth showing', () => {
  it.each([
    [[], []],
    [['loss', 'loss_step'], ['loss']],
    [['acc_step', 'acc_epoch', 'acc'], ['acc']],
    [['acc_step'], ['acc_step']],
    [
      ['acc_step', 'acc_epoch'],
      ['acc_step', 'acc_epoch'],
    ],
    [['_step'], ['_step']],
    [['', '_step'], ['']],
    [
      ['x', 'x_step_step'],
      ['x', 'x_step_step'],
    ],
    [
      ['x', 'x_steps'],
      ['x', 'x_steps'],
    ],
  ])('of %o are %o', (names, shown) => {
    expect(shownNames(names)).toEqual(shown)
  })
})

describe('the order of lines', () => {
  it.each([
    [[], []],
    [
      ['val_loss', 'acc', 'loss'],
      ['loss', 'acc', 'val_loss'],
    ],
    [
      ['b', 'a'],
      ['b', 'a'],
    ],
    [
      ['val_b', 'x', 'val_a'],
      ['x', 'val_b', 'val_a'],
    ],
    [
      ['loss_step', 'loss'],
      ['loss', 'loss_step'],
    ],
    [
      ['val_accuracy', 'val_loss/b', 'accuracy', 'val_loss', 'loss'],
      ['loss', 'accuracy', 'val_loss/b', 'val_loss', 'val_accuracy'],
    ],
    [
      ['val', 'val_', 'Loss'],
      ['val', 'Loss', 'val_'],
    ],
  ])('of %o is %o', (names, ordered) => {
    const before = [...names]
    expect(byOrigin(names)).toEqual(ordered)
    expect(names).toEqual(before)
  })
})
