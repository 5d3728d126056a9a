import { describe, expect, it } from 'vitest'
import { annealedRate, isDue, nothingAveraged, type Place, shareOf } from '../src/averaging.js'
import { type EmaOptions, resolveOptions } from '../src/options.js'

/** The indexes of the steps, from 1, whose weights are averaged, in epochs of four steps. */
function taken(options: EmaOptions, steps = 12): number[] {
  const rule = resolveOptions(options)
  let state = nothingAveraged
  const found: number[] = []
  for (let step = 1; step <= steps; step++) {
    const place: Place = {
      step,
      epoch: Math.floor((step - 1) / 4),
      isEpochEnd: step % 4 === 0,
    }
    if (!isDue(rule, state, place)) continue
    state = { averaged: state.averaged + 1, step }
    found.push(step)
    expect(isDue(rule, state, place)).toBe(false)
  }
  return found
}

describe('what is averaged', () => {
  it.each<[EmaOptions, number[]]>([
    [{}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    [{ every: { steps: 5 } }, [5, 10]],
    [{ start: { steps: 9 } }, [10, 11, 12]],
    [{ start: { epochs: 2 } }, [9, 10, 11, 12]],
    [{ every: { epochs: 1 } }, [4, 8, 12]],
    [{ every: { epochs: 2 } }, [8]],
    [{ mode: 'swa', start: { epochs: 1 } }, [8, 12]],
    [{ mode: 'swa', start: { steps: 4 }, every: { steps: 3 } }, [6, 9, 12]],
  ])('with %j: after the steps %j', (options, steps) => {
    expect(taken(options)).toEqual(steps)
  })
})

describe('the average', () => {
  const values = [4, 8, -2, 6]
  it.each<[EmaOptions, number[]]>([
    // 4; 4 + 0.1 · 4; 4.4 - 0.1 · 6.4; 3.76 + 0.1 · 2.24
    [{ decay: 0.9 }, [4, 4.4, 3.76, 3.984]],
    [{ decay: 0 }, values],
    [{ mode: 'swa', start: { epochs: 0 } }, [4, 6, 10 / 3, 4]],
    // Decays 2/11, 3/12 and 4/13 are below 0.9.
    [{ decay: 0.9, warmup: true }, [4, 4 + (9 / 11) * 4, 0.3181818181818, 4.2517482517483]],
    [{ decay: 0.2, warmup: true }, [4, 4 + (9 / 11) * 4, -0.1454545454545, 4.7709090909091]],
  ])('with %j of 4, 8, -2, 6 is %j', (options, expected) => {
    const rule = resolveOptions(options)
    let average = 0
    const found = values.map((value, index) => {
      average += shareOf(rule, index) * (value - average)
      return average
    })
    for (const [index, value] of expected.entries()) expect(found[index]).toBeCloseTo(value, 10)
  })
})

describe('the rate of SWA', () => {
  // SWALR(swa_lr=0.05, anneal_epochs=4) from 0.1: the share is (1 - cos(π t / 4)) / 2, or t / 4.
  it.each([
    ['cosine', [0.1, 0.0926776695, 0.075, 0.0573223305, 0.05, 0.05]],
    ['linear', [0.1, 0.0875, 0.075, 0.0625, 0.05, 0.05]],
  ] as const)('by %s', (anneal, expected) => {
    for (const [epoch, rate] of expected.entries()) {
      const found = annealedRate({ anneal, annealEpochs: 4 }, { from: 0.1, to: 0.05 }, epoch)
      expect(found).toBeCloseTo(rate, 9)
    }
    expect(annealedRate({ anneal, annealEpochs: 0 }, { from: 0.1, to: 0.05 }, 0)).toBe(0.05)
  })
})

describe('options', () => {
  it.each<[unknown, string]>([
    [{ decay: 1 }, '"decay" is 1; expected'],
    [{ decay: Number.NaN }, '"decay" is NaN; expected'],
    [{ mode: 'swa' }, '"start" is missing; expected when averaging begins'],
    [{ mode: 'swa', start: { epochs: 1 }, decay: 0.9 }, '"decay" is 0.9; expected none'],
    [{ learningRate: 0.1 }, '"learningRate" is 0.1; expected none'],
    [{ start: {} }, 'expected either { steps: n } or { epochs: n }'],
    [{ every: { steps: 1, epochs: 1 } }, 'expected either { steps: n } or { epochs: n }'],
    [{ every: { steps: 0 } }, '"every.steps" is 0; expected a positive integer'],
    [{ every: { epochs: 0.5 } }, '"every.epochs" is 0.5; expected'],
    [{ decey: 0.9 }, 'Did you mean "decay"?'],
  ])('%j are an error at construction', (wrong, text) => {
    expect(() => resolveOptions(wrong as EmaOptions)).toThrow(text)
  })
})
