import { describe, expect, it } from 'vitest'
import {
  constant,
  cosine,
  cosineRestarts,
  exponential,
  multiStep,
  oneCycle,
  polynomial,
  type Schedule,
  sequence,
  step,
  warmup,
} from '../src/index.js'
import { largestDifference, torchTables } from './torch/tables.js'

const { base, schedules: tables } = torchTables
const counts = Array.from({ length: 200 }, (_, count) => count)

/** Our schedule for each call of PyTorch; formulas: torch/optim/lr_scheduler.py. */
const schedules: Readonly<Record<string, Schedule>> = {
  'ConstantLR(factor=1)': constant(),
  'ConstantLR(factor=0.3, total_iters=7)': constant({ factor: 0.3, steps: 7 }),
  'StepLR(step_size=30)': step({ every: 30 }),
  'StepLR(step_size=7, gamma=0.9)': step({ every: 7, gamma: 0.9 }),
  'MultiStepLR(milestones=[10, 50, 50, 120], gamma=0.5)': multiStep({
    milestones: [10, 50, 50, 120],
    gamma: 0.5,
  }),
  'ExponentialLR(gamma=0.97)': exponential({ gamma: 0.97 }),
  'CosineAnnealingLR(T_max=200)': cosine({ steps: 200 }),
  'CosineAnnealingLR(T_max=50, eta_min=0.001)': cosine({ steps: 50, minLr: 0.001 }),
  'CosineAnnealingLR(T_max=33, eta_min=0.2)': cosine({ steps: 33, minLr: 0.2 }),
  'CosineAnnealingWarmRestarts(T_0=20)': cosineRestarts({ steps: 20 }),
  'CosineAnnealingWarmRestarts(T_0=10, T_mult=2, eta_min=0.01)': cosineRestarts({
    steps: 10,
    growth: 2,
    minLr: 0.01,
  }),
  'CosineAnnealingWarmRestarts(T_0=7, T_mult=3)': cosineRestarts({ steps: 7, growth: 3 }),
  'OneCycleLR(max_lr=0.5, total_steps=200)': oneCycle({ maxLr: 0.5, steps: 200 }),
  "OneCycleLR(max_lr=0.5, total_steps=200, anneal_strategy='linear')": oneCycle({
    maxLr: 0.5,
    steps: 200,
    anneal: 'linear',
  }),
  'OneCycleLR(max_lr=1, total_steps=200, three_phase=True)': oneCycle({
    maxLr: 1,
    steps: 200,
    threePhase: true,
  }),
  'OneCycleLR(max_lr=0.3, total_steps=317, pct_start=0.1, div_factor=10, final_div_factor=100)':
    oneCycle({ maxLr: 0.3, steps: 317, warmupShare: 0.1, divFactor: 10, finalDivFactor: 100 }),
  'OneCycleLR(max_lr=0.3, total_steps=200, pct_start=0.0)': oneCycle({
    maxLr: 0.3,
    steps: 200,
    warmupShare: 0,
  }),
  'PolynomialLR(total_iters=150)': polynomial({ steps: 150 }),
  'PolynomialLR(total_iters=200, power=2)': polynomial({ steps: 200, power: 2 }),
  'PolynomialLR(total_iters=120, power=0.5)': polynomial({ steps: 120, power: 0.5 }),
  'LinearLR(total_iters=5)': warmup({ steps: 5 }),
  'LinearLR(start_factor=0.01, total_iters=50)': warmup({ steps: 50, startFactor: 0.01 }),
  'LinearLR(start_factor=1, end_factor=0.1, total_iters=100)': warmup({
    steps: 100,
    startFactor: 1,
    endFactor: 0.1,
  }),
  'SequentialLR(LinearLR 20, CosineAnnealingLR 180)': sequence({
    schedules: [warmup({ steps: 20, startFactor: 0.1 }), cosine({ steps: 180 })],
    milestones: [20],
  }),
  'SequentialLR(LinearLR 20, CosineAnnealingWarmRestarts 30)': sequence({
    schedules: [warmup({ steps: 20, startFactor: 0.1 }), cosineRestarts({ steps: 30 })],
    milestones: [20],
  }),
  'SequentialLR(ConstantLR, ExponentialLR, StepLR; 10, 60)': sequence({
    schedules: [
      constant({ factor: 0.1, steps: 10 }),
      exponential({ gamma: 0.9 }),
      step({ every: 30 }),
    ],
    milestones: [10, 60],
  }),
  'LambdaLR(1 / (1 + n / 10))': (count, own) => own / (1 + count / 10),
}

describe(`over 200 steps the rates are those of PyTorch ${torchTables.torch}`, () => {
  it('for every call in the table', () => {
    expect(Object.keys(schedules)).toEqual(Object.keys(tables))
  })

  it.each(Object.entries(schedules))('%s', (name, schedule) => {
    const rates = counts.map((count) => schedule(count, base))
    expect(largestDifference(rates, tables[name] ?? [])).toBeLessThan(1e-12)
  })
})

describe('a schedule', () => {
  it.each(Object.entries(schedules))('%s depends on nothing but its arguments', (_, schedule) => {
    const forwards = counts.map((count) => schedule(count, 0.3))
    const backwards = counts.toReversed().map((count) => schedule(count, 0.3))
    expect(backwards.toReversed()).toEqual(forwards)
  })

  it('has a name', () => {
    const named = Object.values(schedules).map(({ name }) => name)
    expect([...new Set(named)].slice(0, -1)).toEqual([
      'constant',
      'step',
      'multiStep',
      'exponential',
      'cosine',
      'cosineRestarts',
      'oneCycle',
      'polynomial',
      'warmup',
      'sequence',
    ])
  })

  it('of one cycle stays at its last rate, where PyTorch throws', () => {
    const cycle = oneCycle({ maxLr: 0.25, steps: 10 })
    expect([9, 10, 1000].map((count) => cycle(count, 7))).toEqual([1e-6, 1e-6, 1e-6])
    expect(oneCycle({ maxLr: 0.25, steps: 1 })(0, 7)).toBe(1e-6)
  })

  it('does not follow a list that is changed later', () => {
    const milestones = [1]
    const schedule = multiStep({ milestones, gamma: 0.5 })
    milestones.push(2)
    expect(schedule(5, 1)).toBe(0.5)
  })
})

describe('wrong options are errors at construction', () => {
  it.each([
    [
      () => step({} as never),
      /REG_OPTION_INVALID: step: "every" is missing; expected a positive integer/,
    ],
    [() => step({ every: 1.5 }), /step: "every" is 1.5; expected a positive integer/],
    [() => step({ every: 1, gamma: -1 }), /step: "gamma" is -1; expected a positive number/],
    [
      () => step({ evry: 1 } as never),
      /REG_OPTION_UNKNOWN: step: "evry" is not known; .* Did you mean "every"\?/,
    ],
    [
      () => step(undefined as never),
      /step: "options" is undefined; expected an object with "every"/,
    ],
    [() => multiStep({ milestones: [3, 2] }), /multiStep: "milestones" is \[3,2\]; .* rising/],
    [() => exponential({ gamma: 0 }), /exponential: "gamma" is 0/],
    [() => cosine({ steps: 0 }), /cosine: "steps" is 0; expected a positive integer/],
    [
      () => cosine({ steps: 9, minLr: Number.NaN }),
      /cosine: "minLr" is NaN; expected a non-negative number/,
    ],
    [() => cosineRestarts({ steps: 9, growth: 0.5 }), /cosineRestarts: "growth" is 0.5/],
    [() => oneCycle({ maxLr: 1 } as never), /oneCycle: "steps" is missing/],
    [() => oneCycle({ maxLr: 1, steps: 5, warmupShare: 2 }), /is 2; expected a number from 0 to 1/],
    [
      () => oneCycle({ maxLr: 1, steps: 5, anneal: 'cos' as never }),
      /oneCycle: "anneal" is "cos"; expected "cosine" or "linear"/,
    ],
    [() => polynomial({ steps: 5, power: 0 }), /polynomial: "power" is 0/],
    [() => warmup({ steps: 5, startFactor: -1 }), /warmup: "startFactor" is -1/],
    [() => constant({ factor: -1 }), /constant: "factor" is -1/],
    [
      () => sequence({ schedules: [], milestones: [] }),
      /sequence: "schedules" is \[\]; expected a list/,
    ],
    [
      () => sequence({ schedules: [constant(), constant()], milestones: [] }),
      /"milestones" is \[\]; expected one milestone for each of 2 schedules but the first/,
    ],
  ])('%s', (make, message) => {
    expect(make).toThrow(message)
  })
})
