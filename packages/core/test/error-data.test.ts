import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { fail, located, RegimenError } from '../src/errors.js'

function caught(call: () => never): RegimenError {
  try {
    return call()
  } catch (thrown) {
    return thrown as RegimenError
  }
}

describe('the data of an error', () => {
  it('are the values that its text names, without the hint', () => {
    const { data } = caught(() =>
      fail('REG_OPTION_UNKNOWN.options', {
        option: 'x',
        options: ['a', 'b'],
        hint: ' Did you mean "a"?',
      }),
    )
    expect(data).toEqual({ option: 'x', options: ['a', 'b'] })
  })

  it('are completed by what the place that throws adds', () => {
    const { data } = caught(() => fail('REG_NOT_RUNNING.call', { call: 'log' }, { data: { n: 1 } }))
    expect(data).toEqual({ call: 'log', n: 1 })
  })

  it('stay with an error that learns where it happened', () => {
    const error = caught(() => fail('REG_NOT_RUNNING.call', { call: 'log' }))
    const { data, plugin } = located(error, 'REG_HOOK_FAILED', 'it failed', { plugin: 'mine' })
    expect({ data, plugin }).toEqual({ data: { call: 'log' }, plugin: 'mine' })
  })

  it('are empty where none were given', () => {
    expect(new RegimenError('REG_BUSY', 'wait').data).toEqual({})
  })
})

it('an uncaught error says its text once, and that of its cause once', () => {
  const cause = new Error('no such thing')
  const error = located(cause, 'REG_HOOK_FAILED', 'Plugin "mine" failed', { plugin: 'mine' })
  const printed = inspect(error)
  expect(printed.match(/Plugin "mine" failed/g)).toHaveLength(1)
  expect(printed.match(/(?<!failed: )no such thing/g)).toHaveLength(1)
  expect(error).toMatchObject({ detail: 'Plugin "mine" failed: no such thing', data: {} })
})
