import { describe, expect, it } from 'vitest'
import {
  copyCounters,
  initialState,
  readOnlyView,
  withCounters,
} from '../../src/state/run-state.js'

const counters = { epoch: 1, batch: 2, step: 3, samples: 4, validations: 5 }
const zeros = { epoch: 0, batch: 0, step: 0, samples: 0, validations: 0 }

describe('the state of a run', () => {
  it('begins at zero, idle, and anew each time', () => {
    expect(initialState()).toEqual({ stage: 'idle', isSanityCheck: false, ...zeros })
    expect(initialState()).not.toBe(initialState())
  })

  it('is seen by others as it is now, and changed by nobody', () => {
    const state = initialState()
    const view = readOnlyView(state)
    state.step = 7
    state.stage = 'fit'
    expect({ ...view }).toEqual({ stage: 'fit', isSanityCheck: false, ...zeros, step: 7 })
    expect(JSON.parse(JSON.stringify(view))).toEqual({ ...view })
    expect(() => Object.assign(view, { step: 8 })).toThrow(TypeError)
    expect(() => Object.assign(view, { more: 8 })).toThrow(TypeError)
    expect(state.step).toBe(7)
  })
})

describe('counters', () => {
  it('are copied, all of them and nothing else', () => {
    const into = { ...zeros }
    copyCounters({ ...initialState(), ...counters }, into)
    expect(into).toEqual(counters)
  })

  it('are added to a payload, which stays the same object and keeps its other fields', () => {
    const payload = { loss: Number.NaN, step: -1 }
    const whole = withCounters(counters, payload)
    expect(whole).toBe(payload)
    expect(whole).toEqual({ loss: Number.NaN, ...counters })
  })
})
