import type { ParameterRecord, RunStatus, WriterState } from '@regimen/logger-kit/writer'
import { Message } from './message.js'
import { type SummaryValue, textValue } from './summary.js'
import { noFloats } from './tensor.js'

/** A flattened hyperparameter. */
export type HparamValue = string | number | boolean

/** How a session ended (`plugins/hparams/api.proto`, `Status`). */
export type SessionStatus = 'success' | 'failure' | 'running'

const TYPES: Readonly<Record<string, number>> = { string: 1, boolean: 2, number: 3 }
const STATUSES: Readonly<Record<SessionStatus, number>> = {
  success: 1,
  failure: 2,
  running: 3,
}

/** Which hyperparameters and metrics the table of all runs has. Without it TensorBoard takes all. */
export function experimentInfo(
  hparams: Readonly<Record<string, HparamValue>>,
  metrics: readonly string[],
): SummaryValue {
  const experiment = new Message()
  for (const [name, value] of Object.entries(hparams)) {
    const info = new Message().string(1, name).integer(4, TYPES[typeof value] as number)
    experiment.message(4, info)
  }
  for (const tag of metrics) {
    experiment.message(5, new Message().message(1, new Message().string(2, tag)))
  }
  return hparamsValue('experiment', new Message().message(2, experiment))
}

/** The hyperparameters of this run, and when it began in milliseconds since 1970. */
export function sessionStart(
  hparams: Readonly<Record<string, HparamValue>>,
  time: number,
): SummaryValue {
  const start = new Message()
  for (const [name, value] of Object.entries(hparams)) {
    start.message(1, new Message().string(1, name).message(2, protobufValue(value)))
  }
  start.double(5, time / 1000)
  return hparamsValue('session_start_info', new Message().message(3, start))
}

/** How this run ended, and when in milliseconds since 1970. */
export function sessionEnd(status: SessionStatus, time: number): SummaryValue {
  const end = new Message().integer(1, STATUSES[status]).double(2, time / 1000)
  return hparamsValue('session_end_info', new Message().message(4, end))
}

function hparamsValue(name: string, content: Message): SummaryValue {
  const tag = `_hparams_/${name}`
  return { plugin: 'hparams', dataClass: 'tensor', tag, tensor: noFloats(), content }
}

/** `google.protobuf.Value`. */
function protobufValue(value: HparamValue): Message {
  if (typeof value === 'number') return new Message().double(2, value)
  if (typeof value === 'string') return new Message().string(3, value)
  return new Message().integer(4, value ? 1 : 0)
}

type Hparams = Readonly<Record<string, HparamValue>>

/**
 * The row of a run in TensorBoard's table of hyperparameters. It is written once: of each tag TensorBoard
 * takes the first.
 */
export class HparamsRow {
  readonly #state: WriterState

  constructor(state: WriterState) {
    this.#state = state
  }

  /** Values with the hyperparameters; later ones and changes become a text. */
  begin(
    records: readonly ParameterRecord[],
    metrics: readonly string[] | undefined,
  ): SummaryValue[] {
    const [first] = records
    if (!first) return []
    const hparams = Object.fromEntries(
      records.map(({ name, value }) => [name, value ?? 'null']),
    )
    const known = this.#state.get('hparams') as Hparams | undefined
    if (known) return lateText(hparams, known)
    const start = sessionStart(hparams, first.time)
    return metrics ? [experimentInfo(hparams, metrics), start] : [start]
  }

  /** What {@link begin} gave has been written. */
  confirm(records: readonly ParameterRecord[]): void {
    if (records.length === 0) return
    const known = this.#state.get('hparams') as Hparams | undefined
    const added = records.map(({ name, value }) => [name, value ?? 'null'] as const)
    this.#state.set('hparams', { ...known, ...Object.fromEntries(added) })
  }

  /** Values that say how the run ended. An interrupted run may be resumed. */
  end(status: RunStatus, time: number): SummaryValue[] {
    const isOpen = this.#state.get('hparams') && !this.#state.get('hasEnded')
    if (!isOpen || status === 'interrupted') return []
    return [sessionEnd(status === 'finished' ? 'success' : 'failure', time)]
  }

  /** What {@link end} gave has been written. */
  confirmEnd(): void {
    this.#state.set('hasEnded', true)
  }
}

function lateText(hparams: Hparams, known: Hparams): SummaryValue[] {
  const late = Object.entries(hparams).filter(([name, value]) => known[name] !== value)
  if (late.length === 0) return []
  const rows = late.map((cells) => `| ${cells.map((cell) => cellOf(cell)).join(' | ')} |`)
  return [
    textValue('hyperparameters', ['| name | value |', '|---|---|', ...rows].join('\n')),
  ]
}

/** A bar would begin the next cell of the table. */
function cellOf(value: HparamValue): string {
  return String(value).replaceAll('|', '\\|')
}
