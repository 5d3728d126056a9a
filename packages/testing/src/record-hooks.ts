import { type HookName, type LifecycleName, lifecycle, type Trainer } from '@regimen/core'

/** Which calls are recorded. */
export interface RecordHooksOptions {
  /** Only these hooks. Default: all. */
  readonly only?: readonly HookName[]
  /** All but these. */
  readonly except?: readonly HookName[]
}

type Payload = Readonly<Record<string, unknown>>
const COUNTED: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^(batch|loss|gradients|step)/, ['epoch', 'batch', 'step']],
  [/^epoch/, ['epoch']],
  [/^(monitor|save)$/, ['epoch', 'step']],
  [/Batch/, ['evaluated']],
]

/**
 * Records every call of a trainer's hooks from now on, in order, as lines for an inline snapshot:
 * `epochStart epoch 0`, `batchEnd epoch 0, batch 1, step 1`, `epochEnd epoch 1 (stopped)`.
 * Counters count completed things. Outcomes other than `completed`, the sanity check and what a
 * `monitor` or `save` is about stand in brackets.
 *
 * @returns a list that grows
 */
export function recordHooks(
  trainer: Trainer,
  options: RecordHooksOptions = {},
): readonly string[] {
  const calls: string[] = []
  const { only, except = [] } = options
  for (const name of Object.keys(trainer.hooks) as HookName[]) {
    if (except.includes(name) || (only && !only.includes(name))) continue
    const isWaterfall = lifecycle[name].kind !== 'series'
    const hook = trainer.hooks[name] as unknown as Tappable
    hook.tap('record-hooks', (payload, context) => {
      calls.push(lineOf(name, (isWaterfall ? context : payload) as Payload))
    })
  }
  return calls
}

interface Tappable {
  tap(name: string, fn: (payload: unknown, context?: unknown) => void): void
}

function lineOf(name: LifecycleName, payload: Payload): string {
  const counted = COUNTED.find(([pattern]) => pattern.test(name))?.[1] ?? []
  const source = (payload.counters ?? payload) as Payload
  const counters = counted.map((counter) => `${counter} ${source[counter]}`).join(', ')
  const remarks = remarksOn(payload)
  const remark = remarks.length > 0 ? `(${remarks.join(', ')})` : ''
  return [name, counters, remark].filter((part) => part !== '').join(' ')
}

function remarksOn({ sanity, outcome, validation, epoch, reason }: Payload): string[] {
  const remarks: string[] = []
  if (sanity === true) remarks.push('sanity')
  if (typeof outcome === 'string' && outcome !== 'completed') remarks.push(outcome)
  if (validation === true) remarks.push('validation')
  if (epoch === true) remarks.push('epoch')
  if (typeof reason === 'string' && reason !== 'boundary') remarks.push(reason)
  return remarks
}
