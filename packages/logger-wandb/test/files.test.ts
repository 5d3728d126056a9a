import { expect, it } from 'vitest'
import { settingsText } from '../src/files.js'

it('hyperparameters are values below their names, nested as they were', () => {
  const parameters = new Map<string, unknown>([
    ['rate', 0.1],
    ['optimizer/name', 'adam'],
    ['optimizer/beta', 0.9],
    ['__proto__/x', 1],
    ['a: b', 'c: d'],
  ])
  expect(settingsText(parameters).split('\n').filter(Boolean)).toEqual([
    'wandb_version: 1',
    '"rate":',
    '  value: 0.1',
    '"optimizer":',
    '  value: {"name":"adam","beta":0.9}',
    '"__proto__":',
    '  value: {"x":1}',
    '"a: b":',
    '  value: "c: d"',
  ])
})
