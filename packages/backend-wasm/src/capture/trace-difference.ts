import { Op } from '../engine/op.js'
import type { Operation, Storage } from './recording.js'
import type { Holder, ReportedResult, Result, StepTrace } from './step-trace.js'

/** What the first difference of two traces is, as a clause; `undefined` if they compute the same. */
export function traceDifference(a: StepTrace, b: StepTrace): string | undefined {
  const count = Math.min(a.operations.length, b.operations.length)
  for (let i = 0; i < count; i++) {
    const [left, right] = [a.operations[i] as Operation, b.operations[i] as Operation]
    if (left.op !== right.op) {
      return `operation ${i + 1} is ${Op[left.op]} in one step and ${Op[right.op]} in another`
    }
    if (!isSameOperation(left, right)) {
      return `operation ${i + 1}, ${Op[left.op]}, has other arguments in another step`
    }
  }
  if (a.operations.length !== b.operations.length) {
    return `it has ${a.operations.length} operations once and ${b.operations.length} another time`
  }
  if (a.storages.length !== b.storages.length) {
    return 'it makes more tensors in one step than in another'
  }
  return storageDifference(a, b) ?? resultDifference(a, b)
}

function isSameOperation(a: Operation, b: Operation): boolean {
  const integers = a.draw === undefined ? a.integers : a.integers.slice(0, -1)
  const others = b.draw === undefined ? b.integers : b.integers.slice(0, -1)
  return (
    a.tasks === b.tasks &&
    a.draw === b.draw &&
    isSame(a.writes, b.writes) &&
    isSame(a.reads, b.reads) &&
    isSame(integers, others) &&
    isSame(a.floats, b.floats)
  )
}

function storageDifference(a: StepTrace, b: StepTrace): string | undefined {
  for (const [number, left] of a.storages.entries()) {
    const right = b.storages[number] as Storage
    if (left.kind !== right.kind || left.bytes !== right.bytes) {
      return 'its tensors have other sizes in another step'
    }
    if (left.kind === 'constant' && right.kind === 'constant') {
      if (!isSame(left.values, right.values)) {
        return (
          `it makes a tensor of ${left.bytes} bytes in JavaScript whose values change from step to ` +
          'step, as random numbers and counters do'
        )
      }
    }
    if (
      left.kind === 'held' &&
      !isSameHolder(a.holders.get(number), b.holders.get(number))
    ) {
      return 'it uses a tensor that is another one in the next step'
    }
  }
  return undefined
}

function isSameHolder(a: Holder | undefined, b: Holder | undefined): boolean {
  if (a?.kind === 'batch') return b?.kind === 'batch' && a.index === b.index
  if (a?.kind === 'variable') return b?.kind === 'variable' && a.variable === b.variable
  return a?.kind === 'other' && b?.kind === 'other' && a.dataId === b.dataId
}

function resultDifference(a: StepTrace, b: StepTrace): string | undefined {
  if (!isSameResults(a.gradients, b.gradients)) return 'it has other gradients'
  if (!isSameResults(a.assigned, b.assigned)) return 'it assigns other variables'
  const isSameReports =
    a.reports.length === b.reports.length &&
    a.reports.every((left, i) => isSameReport(left, b.reports[i] as ReportedResult))
  return isSameReports ? undefined : 'it logs other values, or numbers that change'
}

function isSameReport(a: ReportedResult, b: ReportedResult): boolean {
  const [left, right] = [a.report, b.report]
  if (left.kind !== right.kind) return false
  if (left.kind !== 'loss' && right.kind !== 'loss' && left.name !== right.name)
    return false
  if (a.result && b.result) return isSameResult(a.result, b.result)
  return Object.is(left.value, right.value)
}

function isSameResults<Key>(
  a: ReadonlyMap<Key, Result>,
  b: ReadonlyMap<Key, Result>,
): boolean {
  return (
    a.size === b.size &&
    [...a].every(([key, result]) => {
      const other = b.get(key)
      return other !== undefined && isSameResult(result, other)
    })
  )
}

function isSameResult(a: Result, b: Result): boolean {
  return a.storage === b.storage && a.dtype === b.dtype && isSame(a.shape, b.shape)
}

function isSame(a: ArrayLike<number>, b: ArrayLike<number>): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) return false
  return true
}
