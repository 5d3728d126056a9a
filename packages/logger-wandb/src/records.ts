import type { WandbSettings } from './options.js'
import { type Field, message } from './wire.js'

/** Version of the client that W&B is told: one whose records are these. */
const PRODUCER = '0.70.0'
const NOW = 0
const FILE_TYPES = { other: 0, wandb: 1, media: 2 } as const

/** The x-axis of all metrics: the optimizer step. */
export const STEP_METRIC = 'trainer/global_step'

/** JSON as W&B has it: NaN and infinities as they are called in JavaScript. */
export function valueJson(value: unknown): string {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  return Object.is(value, -0) ? '-0.0' : JSON.stringify(value)
}

/** A run as its first record says it. */
export interface RunFields extends WandbSettings {
  readonly id: string
  readonly startedAt: number
  readonly host: string
  readonly startingStep: number
  readonly isResumed: boolean
}

const optional = (number: number, value: string | undefined): Field[] =>
  value === undefined ? [] : [[number, value]]

/** Messages of wandb/proto/wandb_internal.proto, numbered as they come. */
export class RecordEncoder {
  #number = 0

  header(): Buffer {
    return this.#record(21, [
      [
        1,
        [
          [1, PRODUCER],
          [2, PRODUCER],
        ],
      ],
    ])
  }

  run(run: RunFields): Buffer {
    const { tags = [], project = 'uncategorized' } = run
    const seconds = Math.floor(run.startedAt / 1000)
    const nanos = Math.round(run.startedAt % 1000) * 1_000_000
    return this.#record(17, [
      [1, run.id],
      ...optional(2, run.entity),
      [3, project],
      ...optional(6, run.group),
      ...optional(7, run.jobType),
      ...optional(8, run.name),
      ...optional(9, run.notes),
      ...tags.map((tag): Field => [10, tag]),
      [13, run.host],
      [14, run.startingStep],
      [
        17,
        [
          [1, seconds],
          [2, nanos],
        ],
      ],
      [18, Number(run.isResumed)],
    ])
  }

  /** That the step is the x-axis of every metric. */
  stepMetric(): Buffer[] {
    const isDefined: Field = [3, 1]
    return [
      this.#record(12, [
        [1, STEP_METRIC],
        [6, [isDefined]],
      ]),
      this.#record(12, [
        [2, '*'],
        [4, STEP_METRIC],
        [6, [[1, 1], isDefined]],
      ]),
    ]
  }

  /** Hyperparameters; a slash in a name is a level. */
  config(values: readonly (readonly [string, unknown])[]): Buffer {
    return this.#record(
      5,
      values.map(([name, value]): Field => {
        const path = name.split('/')
        const names = path.map((part): Field => [path.length > 1 ? 2 : 1, part])
        return [1, [...names, [16, valueJson(value)]]]
      }),
    )
  }

  /** One row of the history. */
  history(row: ReadonlyMap<string, unknown>, step: number): Buffer {
    return this.#record(2, [...items(row), [2, [[1, step]]]])
  }

  summary(values: ReadonlyMap<string, unknown>): Buffer {
    return this.#record(3, items(values))
  }

  /** A file of the folder `files`, to be uploaded. */
  file(path: string, type: keyof typeof FILE_TYPES): Buffer {
    return this.#record(6, [
      [
        1,
        [
          [1, path],
          [2, NOW],
          [3, FILE_TYPES[type]],
        ],
      ],
    ])
  }

  exit(code: number, runtimeSeconds: number): Buffer {
    return this.#record(18, [
      [1, code],
      [2, runtimeSeconds],
    ])
  }

  #record(kind: number, fields: readonly Field[]): Buffer {
    this.#number++
    return message([
      [1, this.#number],
      [kind, fields],
    ])
  }
}

const items = (values: ReadonlyMap<string, unknown>): Field[] =>
  [...values].map(([key, value]) => [
    1,
    [
      [1, key],
      [16, valueJson(value)],
    ],
  ])
