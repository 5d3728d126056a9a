import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { type Engine, engineOf, LAUNCH_WORDS } from '../engine/engine.js'
import { Op } from '../engine/op.js'
import { free, type KernelOfSeveral, type WasmBackend } from '../heap.js'
import type { LaunchKernels } from './launch-kernels.js'
import {
  isInPlace,
  type OptimizerStep,
  type StepAttributes,
  type StepPart,
  stepParts,
  withoutPackedCopies,
} from './optimizer-step.js'

/**
 * Kernels made of launches of `assembly/optimizer.ts`. `RegimenOptimizerStep` is not one of tfjs:
 * `@regimen/optimizers` looks for it by its name.
 */
export const optimizerKernels: LaunchKernels = {
  RegimenOptimizerStep: () => optimizerStep as unknown as KernelOfSeveral,
}

/** Operations of the rules with as many slots as each writes. */
const RULES: Readonly<Record<string, { readonly op: Op; readonly slots: number }>> = {
  sgd: { op: Op.sgdStep, slots: 0 },
  momentum: { op: Op.momentumStep, slots: 1 },
  adam: { op: Op.adamStep, slots: 2 },
  amsGrad: { op: Op.amsGradStep, slots: 3 },
  rmsProp: { op: Op.rmsPropStep, slots: 1 },
  rmsPropMomentum: { op: Op.rmsPropMomentumStep, slots: 2 },
  rmsPropCentered: { op: Op.rmsPropCenteredStep, slots: 2 },
  rmsPropCenteredMomentum: { op: Op.rmsPropCenteredMomentumStep, slots: 3 },
  adagrad: { op: Op.adagradStep, slots: 1 },
  lion: { op: Op.lionStep, slots: 1 },
  lamb: { op: Op.lambMoments, slots: 2 },
}

/**
 * One step of an optimizer over all of its variables, float32. A value is changed in place if no other
 * tensor shares it.
 *
 * @returns for each variable its value and its slots, in new buffers of the caller where they were
 * shared; nothing where there is no engine or the rule is unknown, and then nothing has been changed
 */
function optimizerStep(
  inputs: OptimizerStep,
  backend: WasmBackend,
  { rule, scalars }: StepAttributes,
): TensorInfo[] {
  const engine = engineOf(backend)
  const known = Object.hasOwn(RULES, rule) ? RULES[rule] : undefined
  if (engine === null || known === undefined) return []
  const parts = stepParts(inputs, scalars, known.slots, (tensor) =>
    written(backend, tensor),
  )
  if (rule === 'lamb') lambStep(engine, backend, parts)
  else launchSteps(engine, known.op, parts)
  for (const { writes, reads } of parts) {
    const [value] = writes
    if (value && value.dataId === reads[0]?.dataId) withoutPackedCopies(backend, value)
  }
  return parts.flatMap(({ writes }) => writes)
}

/** Where the next values of a tensor go. */
function written(backend: WasmBackend, tensor: TensorInfo): TensorInfo {
  if (isInPlace(backend, tensor)) return tensor
  return backend.makeOutput([...tensor.shape], 'float32')
}

/** Elements that a task takes at least: some 64 kB of every operand. */
const CHUNK = 16384
const TASKS = 32

/** Steps of variables that have nothing to do with each other, in as few launches as there is room for. */
function launchSteps(engine: Engine, op: Op, parts: readonly StepPart[]): void {
  const [first] = parts
  if (first === undefined) return
  const words = first.writes.length + first.reads.length + 1 + first.scalars.length
  const most = Math.floor((LAUNCH_WORDS - 8) / words)
  for (let start = 0; start < parts.length; start += most) {
    const some = parts.slice(start, start + most)
    const sizes = some.map(sizeOf)
    const total = sizes.reduce((sum, size) => sum + roundedUp(size), 0)
    if (total === 0) continue
    const chunk = Math.max(CHUNK, roundedUp(Math.ceil(total / TASKS)))
    engine.launch(
      op,
      Math.ceil(total / chunk),
      some.flatMap(({ writes }) => writes),
      some.flatMap(({ reads }) => reads),
      [chunk, ...sizes],
      some.flatMap(({ scalars }) => scalars),
    )
  }
}

/** Moments, then the way of each variable as a whole, then a step of plain descent along it. */
function lambStep(
  engine: Engine,
  backend: WasmBackend,
  parts: readonly StepPart[],
): void {
  const moments = parts.map(({ writes, reads, scalars }) => ({
    writes: writes.slice(1),
    reads: reads.slice(1),
    scalars: scalars.slice(0, 3),
  }))
  launchSteps(engine, Op.lambMoments, moments)
  const ways = parts.map(({ reads }) =>
    backend.makeOutput([...(reads[0] as TensorInfo).shape], 'float32'),
  )
  const most = Math.floor((LAUNCH_WORDS - 8) / 9)
  for (let start = 0; start < parts.length; start += most) {
    const some = parts.slice(start, start + most)
    engine.launch(
      Op.lambDirection,
      some.length,
      ways.slice(start, start + most),
      some.flatMap(({ reads, writes }) => [reads[0] as TensorInfo, ...writes.slice(1)]),
      some.map(sizeOf),
      some.flatMap(({ scalars }) => scalars.slice(3, 7)),
    )
  }
  const steps = parts.map(({ writes, reads, scalars }, i) => ({
    writes: writes.slice(0, 1),
    reads: [reads[0] as TensorInfo, ways[i] as TensorInfo],
    scalars: [0, scalars[7] as number],
  }))
  launchSteps(engine, Op.sgdStep, steps)
  free(backend, ...ways)
}

function sizeOf({ reads }: StepPart): number {
  return util.sizeFromShape((reads[0] as TensorInfo).shape)
}

function roundedUp(size: number): number {
  return Math.ceil(size / 4) * 4
}
