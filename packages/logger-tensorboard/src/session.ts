import type { ParameterRecord, RunStatus, WriterState } from '@regimen/logger-kit/writer'
import { experimentInfo, type HparamValue, sessionEnd, sessionStart } from './hparams.js'
import { type SummaryValue, textValue } from './summary.js'

type Hparams = Readonly<Record<string, HparamValue>>

/**
 * The run in TensorBoard's table of hyperparameters. Its row is written once: of each tag TensorBoard
 * takes the first.
 */
export class Session {
  readonly #state: WriterState

  constructor(state: WriterState) {
    this.#state = state
  }

  /** Values that tell hyperparameters; those that come late or change are a text. */
  begin(
    records: readonly ParameterRecord[],
    metrics: readonly string[] | undefined,
  ): SummaryValue[] {
    const [first] = records
    if (!first) return []
    const hparams = Object.fromEntries(records.map(({ name, value }) => [name, value ?? 'null']))
    const known = this.#state.get('hparams') as Hparams | undefined
    if (known) return lateText(hparams, known)
    const start = sessionStart(hparams, first.time)
    return metrics ? [experimentInfo(hparams, metrics), start] : [start]
  }

  /** What {@link begin} told has been written. */
  confirm(records: readonly ParameterRecord[]): void {
    if (records.length === 0) return
    const known = this.#state.get('hparams') as Hparams | undefined
    const added = records.map(({ name, value }) => [name, value ?? 'null'] as const)
    this.#state.set('hparams', { ...known, ...Object.fromEntries(added) })
  }

  /** Values that tell how the run ended. An interrupted one may be gone on with. */
  end(status: RunStatus, time: number): SummaryValue[] {
    const isOpen = this.#state.get('hparams') && !this.#state.get('hasEnded')
    if (!isOpen || status === 'interrupted') return []
    return [sessionEnd(status === 'finished' ? 'success' : 'failure', time)]
  }

  /** What {@link end} told has been written. */
  confirmEnd(): void {
    this.#state.set('hasEnded', true)
  }
}

function lateText(hparams: Hparams, known: Hparams): SummaryValue[] {
  const late = Object.entries(hparams).filter(([name, value]) => known[name] !== value)
  if (late.length === 0) return []
  const rows = late.map((cells) => `| ${cells.map((cell) => cellOf(cell)).join(' | ')} |`)
  return [textValue('hyperparameters', ['| name | value |', '|---|---|', ...rows].join('\n'))]
}

/** A bar would begin the next cell of the table. */
function cellOf(value: HparamValue): string {
  return String(value).replaceAll('|', '\\|')
}
