import tables from './tables.json' with { type: 'json' }

/** The steps after which weights were taken. */
export type Taken = '1' | '2' | '10' | '100'

/** Weights that PyTorch's optimizers lead to, and the papers of Lion and LAMB, written by `tables.py`. */
export interface TorchTables {
  /** The versions of PyTorch and NumPy. */
  readonly source: string
  readonly shapes: Readonly<Record<string, readonly number[]>>
  /** By case and step: the elements of each variable. */
  readonly weights: Readonly<
    Record<string, Readonly<Record<Taken, readonly (readonly number[])[]>>>
  >
}

export const torchTables: TorchTables = tables
