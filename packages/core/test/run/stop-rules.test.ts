import { describe, expect, it } from 'vitest'
import type { FitState } from '../../src/run/fit-state.js'
import {
  isEpochToBeClosed,
  isOver,
  isRequestGranted,
  noteWaitingRequest,
  stopReasonOf,
} from '../../src/run/stop-rules.js'
import type { Phase } from '../../src/state/phase.js'
import type { PluginStop } from '../../src/state/stop-reason.js'

const request: PluginStop = { kind: 'plugin', plugin: 'early', message: 'enough' }

interface Stand {
  readonly epoch?: number
  readonly step?: number
  readonly seconds?: number
  readonly phase?: Phase
  readonly isAborted?: boolean
  readonly hasRequest?: boolean
  readonly train?: number
  readonly maxEpochs?: number
  readonly maxSteps?: number
  readonly maxSeconds?: number
  readonly minEpochs?: number
  readonly minSteps?: number
}

/** What the rules read of a fit, as data. */
function fitAt({
  epoch = 1,
  step = 10,
  seconds = 5,
  phase = 'betweenEpochs',
  isAborted = false,
  hasRequest = false,
  train = Number.POSITIVE_INFINITY,
  ...limits
}: Stand) {
  const reports: string[] = []
  const fit = {
    state: { epoch, step },
    phase,
    hasNotedRequest: false,
    elapsedMs: () => seconds * 1000,
    session: {
      options: {
        maxEpochs: 5,
        maxSteps: Number.POSITIVE_INFINITY,
        maxSeconds: Number.POSITIVE_INFINITY,
        minEpochs: 0,
        minSteps: 0,
        limitBatches: { train },
        ...limits,
      },
      stopRequest: hasRequest ? request : undefined,
      signal: { aborted: isAborted },
      report: { info: (text: string) => void reports.push(text) },
    },
  }
  return { fit: fit as unknown as FitState, reports }
}

describe('a run', () => {
  it.each<[Stand, kind: string | undefined]>([
    [{}, undefined],
    [{ epoch: 4 }, undefined],
    [{ epoch: 5 }, 'maxEpochs'],
    [{ epoch: 6 }, 'maxEpochs'],
    [{ epoch: 0, maxEpochs: 0 }, 'maxEpochs'],
    [{ epoch: 9, maxEpochs: Number.POSITIVE_INFINITY }, undefined],
    [{ maxSteps: 11 }, undefined],
    [{ maxSteps: 10 }, 'maxSteps'],
    [{ step: 0, maxSteps: 0 }, 'maxSteps'],
    [{ maxSeconds: 5.001 }, undefined],
    [{ maxSeconds: 5 }, 'maxSeconds'],
    [{ seconds: 0, maxSeconds: 0 }, 'maxSeconds'],
    // Steps are named before seconds, seconds before epochs, a request before all.
    [{ epoch: 5, maxSteps: 10, maxSeconds: 5 }, 'maxSteps'],
    [{ epoch: 5, maxSeconds: 5 }, 'maxSeconds'],
    [{ epoch: 5, hasRequest: true }, 'plugin'],
    [{ hasRequest: true, minEpochs: 1, minSteps: 10 }, 'plugin'],
    [{ hasRequest: true, minEpochs: 2 }, undefined],
    [{ hasRequest: true, minSteps: 11 }, undefined],
    [{ epoch: 5, hasRequest: true, minSteps: 11 }, 'maxEpochs'],
    [{ hasRequest: true, minEpochs: Number.POSITIVE_INFINITY }, undefined],
  ])('at %o stops by %s', (stand, kind) => {
    expect(stopReasonOf(fitAt(stand).fit)?.kind).toBe(kind)
  })

  it.each<[Stand, boolean]>([
    [{}, false],
    [{ isAborted: true }, true],
    [{ train: 0 }, true],
    [{ epoch: 5 }, true],
    [{ epoch: 5, phase: 'cut' }, true],
    [{ epoch: 5, phase: 'inEpoch' }, true],
    // A validation is still to be done.
    [{ epoch: 5, phase: 'afterBatch' }, false],
    [{ epoch: 5, phase: 'afterLastBatch' }, false],
    [{ epoch: 5, phase: 'afterBatch', isAborted: true }, true],
    // The epoch that a request cut short is still to be closed.
    [{ hasRequest: true, phase: 'inEpoch' }, false],
    [{ hasRequest: true, phase: 'afterData' }, false],
    [{ hasRequest: true }, true],
  ])('at %o is over: %o', (stand, over) => {
    expect(isOver(fitAt(stand).fit)).toBe(over)
  })

  it.each<[Stand, boolean]>([
    [{ phase: 'inEpoch' }, false],
    [{ phase: 'inEpoch', epoch: 5 }, false],
    [{ phase: 'inEpoch', hasRequest: true }, true],
    [{ phase: 'inEpoch', hasRequest: true, minEpochs: 2 }, false],
    [{ phase: 'cut', hasRequest: true }, false],
    [{ phase: 'betweenEpochs', hasRequest: true }, false],
  ])('at %o has an epoch to be closed: %o', (stand, isToBeClosed) => {
    expect(isEpochToBeClosed(fitAt(stand).fit)).toBe(isToBeClosed)
  })
})

describe('a stop request', () => {
  it.each<[Stand, epochs: number, boolean]>([
    [{}, 100, false],
    [{ hasRequest: true }, 0, true],
    [{ hasRequest: true, minEpochs: 2 }, 1, false],
    [{ hasRequest: true, minEpochs: 2 }, 2, true],
    [{ hasRequest: true, minEpochs: 2, minSteps: 11 }, 2, false],
    [{ hasRequest: true, minSteps: 10 }, 0, true],
  ])('at %o after %d epochs is granted: %o', (stand, epochs, granted) => {
    expect(isRequestGranted(fitAt(stand).fit, epochs)).toBe(granted)
  })

  it.each<[Stand, unmet: RegExp | undefined]>([
    [{}, undefined],
    [{ hasRequest: true }, undefined],
    [{ hasRequest: true, minEpochs: 2 }, /minEpochs 2/],
    [{ hasRequest: true, minSteps: 11 }, /minSteps 11/],
    [{ hasRequest: true, minEpochs: 2, minSteps: 11 }, /minEpochs 2 and minSteps 11/],
  ])('at %o is reported once where it waits: %o', (stand, unmet) => {
    const { fit, reports } = fitAt(stand)
    noteWaitingRequest(fit)
    noteWaitingRequest(fit)
    expect(reports).toEqual(unmet ? [expect.stringMatching(unmet)] : [])
  })
})
