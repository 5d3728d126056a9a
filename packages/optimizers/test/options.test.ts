import { describe, expect, it } from 'vitest'
import { adagrad, adam, adamW, lamb, lion, rmsprop, sgd } from '../src/index.js'

const factories = { sgd, adam, adamW, rmsprop, adagrad, lion, lamb }

describe.each(Object.entries(factories))('%s', (owner, make) => {
  it('needs no options', () => expect(() => make()).not.toThrow())

  it.each([
    ['learningRate', -1],
    ['learningRate', Number.NaN],
    ['learningRate', Number.POSITIVE_INFINITY],
    ['learningRate', '0.1'],
    ['weightDecay', Number.NaN],
  ])('refuses "%s" %s', (name, value) => {
    const text = `${owner}: "${name}" is ${typeof value === 'string' ? '"0.1"' : value}; expected a non-negative number, or a function of the step that gives one.`
    expect(() => make({ [name]: value })).toThrow(new RangeError(text))
    const of = `${owner}: groups[0]: "${name}"`
    expect(() => make({ groups: [{ match: 'a', [name]: value }] } as never)).toThrow(of)
  })

  it.each([
    ['lerningRate', '"learningRate"'],
    ['lr', '"learningRate"'],
    ['weight_decay', '"weightDecay"'],
    ['group', '"groups"'],
  ])('does not know "%s", and says what was meant', (name, meant) => {
    const message = new RegExp(`^${owner}: "${name}" is not known; .* Did you mean ${meant}\\?$`)
    expect(() => make({ [name]: 1 } as never)).toThrow(message)
  })

  it.each([
    ['an optimizer without an object', 1, /"options" is 1; expected an object/],
    ['groups that are no list', { groups: {} }, /"groups" is \{\}; expected a list of groups/],
    ['a group that is no object', { groups: ['a'] }, /groups\[0\]: "options" is "a"/],
    [
      'a group without a match',
      { groups: [{}] },
      /"groups\[0\]\.match" is missing; expected a name/,
    ],
    ['a match of another kind', { groups: [{ match: 1 }] }, /"groups\[0\]\.match" is 1/],
    [
      'an unknown option of a group',
      { groups: [{ match: 'a', mach: 1 }] },
      /groups\[0\]: "mach" is not known; .* Did you mean "match"\?/,
    ],
  ])('refuses %s', (_, options, message) => {
    expect(() => make(options as never)).toThrow(message)
  })
})

it.each([
  [() => adam({ beta1: 1 }), 'adam: "beta1" is 1; expected a number from 0 to below 1'],
  [() => adamW({ beta2: -0.1 }), 'adamW: "beta2" is -0.1'],
  [() => adam({ epsilon: -1 }), 'adam: "epsilon" is -1; expected a non-negative number'],
  [() => adam({ amsgrad: 1 as never }), 'adam: "amsgrad" is 1; expected true or false'],
  [() => adam({ betas: 1 } as never), 'Did you mean "beta1"?'],
  [() => rmsprop({ rho: 0.9 } as never), 'Did you mean "alpha"?'],
  [() => rmsprop({ centered: 'yes' as never }), 'rmsprop: "centered" is "yes"'],
  [() => rmsprop({ momentum: 1.5 }), 'rmsprop: "momentum" is 1.5'],
  [() => sgd({ momentum: 1 }), 'sgd: "momentum" is 1; expected a number from 0 to below 1'],
  [
    () => sgd({ momentum: 0.9, dampening: 2 }),
    'sgd: "dampening" is 2; expected a number from 0 to 1',
  ],
  [() => sgd({ nesterov: true }), 'sgd: "nesterov" is true; expected a "momentum" above 0'],
  [() => sgd({ nesterov: true, momentum: 0.9, dampening: 0.1 }), 'no "dampening" with it'],
  [() => adagrad({ initialAccumulator: -1 }), 'adagrad: "initialAccumulator" is -1'],
  [() => lion({ beta2: Number.NaN }), 'lion: "beta2" is NaN'],
])('%s is refused', (make, text) => expect(make).toThrow(text))
