import type { Operation } from './recording.js'

/** The operations whose results are needed, in their order. */
export function usedOperations(
  operations: readonly Operation[],
  results: Iterable<number>,
): Operation[] {
  const needed = new Set(results)
  const used: Operation[] = []
  for (let i = operations.length - 1; i >= 0; i--) {
    const operation = operations[i] as Operation
    if (!operation.writes.some((number) => needed.has(number))) continue
    used.push(operation)
    for (const number of operation.reads) needed.add(number)
  }
  return used.reverse()
}
