import { Place } from '../engine/elementwise-function.js'
import { Op } from '../engine/op.js'
import { taskShare } from '../kernels/task-share.js'
import { type ChainStep, chainStep } from './chain-step.js'
import type { Operation } from './recording.js'

/** Steps of a chain at most. */
const MOST_STEPS = 16
/** Blocks of a thread's own memory for results that only the chain reads. */
const MOST_BLOCKS = 8
const BITS = new Int32Array(1)
const SINGLES = new Float32Array(BITS.buffer)

/** Operations that become one, at the place of the first. */
interface Group {
  readonly start: number
  readonly members: { readonly index: number; readonly step: ChainStep }[]
  /** Storages that it reads or writes element by element. */
  readonly storages: Set<number>
}

/**
 * Joins elementwise operations over as many elements that share operands into chains, which go through memory
 * once. An operation moves up to the first of its chain, so its other operands must be there by then. The bits
 * stay: a chain runs the same functions.
 *
 * @param results storages that are needed after the program
 */
export function fuseElementwise(
  operations: readonly Operation[],
  results: ReadonlySet<number>,
): Operation[] {
  const uses = usesOf(operations)
  const groups: Group[] = []
  const groupAt = new Map<number, Group>()
  operations.forEach((operation, index) => {
    const step = chainStep(operation)
    if (step === undefined || uses.writers(step.result).length > 1) return
    const fitting = groups.findLast((group) => fits(group, step, uses))
    const group = fitting ?? { start: index, members: [], storages: new Set<number>() }
    if (!fitting) groups.push(group)
    group.members.push({ index, step })
    groupAt.set(index, group)
    group.storages.add(step.result)
    for (const { storage, isEach } of step.operands)
      if (isEach) group.storages.add(storage)
  })
  return operations.flatMap((operation, index) => {
    const group = groupAt.get(index)
    if (group === undefined || group.members.length === 1) return operation
    return group.start === index ? chainOf(group, uses, results) : []
  })
}

interface Uses {
  /** Indices of the operations that write a storage. */
  writers(storage: number): readonly number[]
  /** Indices of those that read it. */
  readers(storage: number): readonly number[]
}

function usesOf(operations: readonly Operation[]): Uses {
  const writers = new Map<number, number[]>()
  const readers = new Map<number, number[]>()
  operations.forEach(({ writes, reads }, index) => {
    for (const storage of writes) listOf(writers, storage).push(index)
    for (const storage of reads) listOf(readers, storage).push(index)
  })
  return {
    writers: (storage) => writers.get(storage) ?? [],
    readers: (storage) => readers.get(storage) ?? [],
  }
}

function listOf(lists: Map<number, number[]>, key: number): number[] {
  const list = lists.get(key) ?? []
  lists.set(key, list)
  return list
}

/** Whether a step may join: as many elements, an operand in common, all others computed before the chain. */
function fits(group: Group, step: ChainStep, uses: Uses): boolean {
  const first = group.members[0] as Group['members'][number]
  if (group.members.length >= MOST_STEPS || first.step.count !== step.count) return false
  const inside = new Set(group.members.map(({ step: { result } }) => result))
  if (
    !step.operands.some(({ storage, isEach }) => isEach && group.storages.has(storage))
  ) {
    return false
  }
  return step.operands.every(({ storage, isEach }) => {
    if (inside.has(storage)) return isEach
    return uses.writers(storage).every((writer) => writer < group.start)
  })
}

function chainOf(
  { members }: Group,
  uses: Uses,
  results: ReadonlySet<number>,
): Operation {
  const indices = new Set(members.map(({ index }) => index))
  const isInner = (storage: number) =>
    !results.has(storage) && uses.readers(storage).every((reader) => indices.has(reader))
  const blocks = new Blocks()
  const writes: number[] = []
  const reads: number[] = []
  const produced = new Map<number, number>()
  const places: {
    fn: number
    out: Target
    operands: Target[]
    floats: readonly number[]
  }[] = []
  for (const { index, step } of members) {
    const operands = step.operands.map(({ storage, isEach }): Target => {
      const block = produced.get(storage)
      if (block !== undefined) return { block }
      return { storage, isEach }
    })
    for (const { storage } of step.operands) {
      const isLast = uses.readers(storage).every((reader) => reader <= index)
      const block = produced.get(storage)
      if (block !== undefined && isLast) blocks.free(block)
    }
    const block = isInner(step.result) ? blocks.take() : undefined
    if (block !== undefined) produced.set(step.result, block)
    else writes.push(step.result)
    const out: Target =
      block === undefined ? { storage: step.result, isEach: true } : { block }
    places.push({ fn: step.fn, out, operands, floats: step.floats })
  }
  for (const { operands } of places) {
    for (const target of operands) {
      if (!('storage' in target) || writes.includes(target.storage)) continue
      if (!reads.includes(target.storage)) reads.push(target.storage)
    }
  }
  const addresses = [...writes, ...reads]
  const placeOf = (target: Target): number => {
    if ('block' in target) return Place.block + target.block
    const kind = target.isEach ? Place.each : Place.one
    return kind + addresses.indexOf(target.storage)
  }
  const { count } = (members[0] as Group['members'][number]).step
  const { tasks, perTask } = taskShare(count)
  const steps = places.flatMap(({ fn, out, operands, floats }) => [
    ...[fn, placeOf(out)],
    ...[operands[0], operands[1]].map((operand) => (operand ? placeOf(operand) : 0)),
    ...[bitsOf(floats[0]), bitsOf(floats[1])],
  ])
  const integers = [count, perTask, places.length, ...steps, addresses.length]
  return { op: Op.chain, tasks, writes, reads, integers, floats: [], draw: undefined }
}

/** Where a step of a chain reads or writes. */
type Target =
  | { readonly block: number }
  | { readonly storage: number; readonly isEach: boolean }

/** The blocks of a thread's own memory that are free. */
class Blocks {
  readonly #taken = new Set<number>()

  /** The lowest free block, or `undefined`. */
  take(): number | undefined {
    for (let block = 0; block < MOST_BLOCKS; block++) {
      if (this.#taken.has(block)) continue
      this.#taken.add(block)
      return block
    }
    return undefined
  }

  free(block: number): void {
    this.#taken.delete(block)
  }
}

function bitsOf(value = 0): number {
  SINGLES[0] = value
  return BITS[0] as number
}
