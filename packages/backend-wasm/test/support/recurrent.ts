/** An LSTM and a GRU as Keras defines them, in float64 and in the plainest loops: what the kernels are held against. */

export interface Sizes {
  readonly batch: number
  readonly steps: number
  readonly units: number
}

/** Values in the order of memory; see the kernels for the shapes. */
export interface Operands {
  readonly projected: number[]
  readonly recurrentKernel: number[]
  readonly bias: number[]
  readonly hidden: number[]
  readonly cell: number[]
  readonly mask: boolean[]
}

export interface Configuration {
  readonly activation: string
  readonly recurrentActivation: string
  readonly goesBackwards: boolean
  readonly givesSequence: boolean
  readonly givesCell: boolean
}

type Function = (x: number) => number

const activations: Record<string, Function> = {
  linear: (x) => x,
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  hardSigmoid: (x) => Math.min(1, Math.max(0, 0.5 + 0.2 * x)),
  relu: (x) => Math.max(0, x),
}

/** What a cell makes of a step: its gates before their activation depend on a hidden state. */
type Cell = (
  gates: (hidden: readonly number[]) => number[],
  hidden: readonly number[],
  cell: readonly number[],
  activate: Function,
  open: Function,
) => { hidden: number[]; cell: number[] }

const cells: Record<'LSTM' | 'GRU', Cell> = {
  LSTM: (gates, before, cell, activate, open) => {
    const z = gates(before)
    const gate = (which: number, unit: number) => z[which * before.length + unit] as number
    const next = cell.map((c, u) => open(gate(1, u)) * c + open(gate(0, u)) * activate(gate(2, u)))
    return { hidden: next.map((c, u) => open(gate(3, u)) * activate(c)), cell: next }
  },
  GRU: (gates, before, cell, activate, open) => {
    const units = before.length
    const first = gates(before)
    const second = gates(before.map((h, u) => h * open(first[units + u] as number)))
    const hidden = before.map((h, u) => {
      const z = open(first[u] as number)
      return z * h + (1 - z) * activate(second[2 * units + u] as number)
    })
    return { hidden, cell: [...cell] }
  },
}

/** The first result of the kernel `LSTM` or `GRU`: `[batch, rows, units]`. */
export function recurrentResult(
  kind: 'LSTM' | 'GRU',
  { batch, steps, units }: Sizes,
  { projected, recurrentKernel, bias, hidden, cell, mask }: Operands,
  how: Configuration,
): number[] {
  const width = bias.length
  const activate = activations[how.activation] as Function
  const open = activations[how.recurrentActivation] as Function
  return Array.from({ length: batch }, (_, b) => {
    const stateOf = (states: number[]) => states.slice(b * units, (b + 1) * units)
    let state = { hidden: stateOf(hidden), cell: stateOf(cell) }
    const outputs: number[][] = []
    for (let step = 0; step < steps; step++) {
      const at = b * steps + (how.goesBackwards ? steps - 1 - step : step)
      const gates = (from: readonly number[]) =>
        bias.map((start, n) =>
          from.reduce(
            (sum, h, u) => sum + h * (recurrentKernel[u * width + n] as number),
            start + (projected[at * width + n] as number),
          ),
        )
      if (mask[at]) state = cells[kind](gates, state.hidden, state.cell, activate, open)
      outputs.push(state.hidden)
    }
    const given = how.givesSequence ? outputs : outputs.slice(-1)
    return [...given, ...(how.givesCell ? [state.cell] : [])].flat()
  }).flat()
}
