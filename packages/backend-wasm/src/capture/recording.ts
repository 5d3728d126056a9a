import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { Op } from '../engine/op.js'

/** Draws a number for each run of a step: the seed of a dropout mask. An integer of 32 bits. */
export type Draw = () => number

/** A launch with its buffers by number. */
export interface Operation {
  readonly op: Op
  readonly tasks: number
  readonly writes: readonly number[]
  readonly reads: readonly number[]
  readonly integers: readonly number[]
  readonly floats: readonly number[]
  /** Which of the recording's draws gives the last integer, if any. */
  readonly draw: number | undefined
}

/**
 * The storage of a tensor that a step used: computed by its operations, a constant that JavaScript wrote,
 * or held, which is a tensor from before the step.
 */
export type Storage =
  | { readonly kind: 'computed'; readonly bytes: number }
  | { readonly kind: 'constant'; readonly bytes: number; readonly values: Uint8Array }
  | { readonly kind: 'held'; readonly bytes: number; readonly dataId: object }

/** Collects the operations of a step. */
export class Recording {
  readonly operations: Operation[] = []
  readonly storages: Storage[] = []
  readonly draws: Draw[] = []
  /** Why the step cannot be replayed, as a clause. */
  problem: string | undefined
  readonly #numbers = new Map<object, number>()
  #draw: number | undefined

  /** Notes the first problem. */
  refuse(problem: string): void {
    this.problem ??= problem
  }

  /** JavaScript wrote values into a new tensor. They are copied. */
  constant(dataId: object, values: ArrayBufferView): void {
    const { buffer, byteOffset, byteLength } = values
    const copy = new Uint8Array(buffer, byteOffset, byteLength).slice()
    this.#add(dataId, { kind: 'constant', bytes: byteLength, values: copy })
  }

  /** The last integer of the next launch is drawn anew in each run. */
  drawn(draw: Draw): void {
    this.#draw = this.draws.push(draw) - 1
  }

  launched(
    op: Op,
    tasks: number,
    writes: readonly TensorInfo[],
    reads: readonly TensorInfo[],
    integers: readonly number[],
    floats: readonly number[],
  ): void {
    this.operations.push({
      op,
      tasks,
      reads: reads.map((tensor) => this.#read(tensor)),
      writes: writes.map((tensor) => this.#written(tensor)),
      integers: [...integers],
      floats: [...floats],
      draw: this.#draw,
    })
    this.#draw = undefined
  }

  /** The number of a tensor that the step gave away. */
  numberOf(tensor: TensorInfo): number {
    return this.#read(tensor)
  }

  /** Whether the step computed a tensor or wrote it as a constant. */
  made(dataId: object): boolean {
    const number = this.#numbers.get(dataId)
    return number !== undefined && this.storages[number]?.kind !== 'held'
  }

  #read(tensor: TensorInfo): number {
    const { dataId } = tensor
    const known = this.#numbers.get(dataId)
    if (known !== undefined) return known
    return this.#add(dataId, { kind: 'held', bytes: bytesOf(tensor), dataId })
  }

  #written(tensor: TensorInfo): number {
    const known = this.#numbers.get(tensor.dataId)
    if (known === undefined) {
      return this.#add(tensor.dataId, { kind: 'computed', bytes: bytesOf(tensor) })
    }
    if (this.storages[known]?.kind !== 'computed') {
      this.refuse('it writes into a tensor that it did not compute')
    }
    return known
  }

  #add(dataId: object, storage: Storage): number {
    const number = this.storages.push(storage) - 1
    this.#numbers.set(dataId, number)
    return number
  }
}

/** Bytes of a tensor's values; a bool is one byte. */
export function bytesOf({ shape, dtype }: TensorInfo): number {
  const size = shape.reduce((product, length) => product * length, 1)
  return dtype === 'bool' ? size : 4 * size
}
