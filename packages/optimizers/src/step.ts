import {
  backend as currentBackend,
  engine,
  getBackend,
  getKernel,
  type KernelFunc,
  type Tensor,
  type TensorInfo,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core'
import type { Update } from './rule.js'

/** The step of one variable. */
export interface VariableStep {
  readonly variable: Variable
  readonly slots: readonly Variable[]
  readonly gradient: Tensor
  readonly scalars: readonly number[]
}

/** The kernel of `@regimen/backend-wasm` that takes all variables at once. */
const KERNEL = 'RegimenOptimizerStep'

/** Changes variables and their slots: by one kernel where the engine has it, else by tfjs' operations. */
export function runSteps(update: Update, steps: readonly VariableStep[]): void {
  if (!runByKernel(update.rule, steps))
    for (const step of steps) tidy(() => runByOperations(update, step))
}

function runByOperations(update: Update, step: VariableStep): void {
  const { variable, slots, gradient, scalars } = step
  const [value, ...next] = update.apply(variable, slots, gradient, scalars)
  variable.assign(value as Tensor)
  for (const [index, slot] of slots.entries()) slot.assign(next[index] as Tensor)
}

/** What the kernel gets: like that of tfjs' `Concat`, its inputs are lists. */
type StepKernel = (params: {
  readonly inputs: Readonly<
    Record<'variables' | 'gradients' | 'slots', readonly TensorInfo[]>
  >
  readonly attrs: {
    readonly rule: string
    readonly scalars: readonly (readonly number[])[]
  }
  readonly backend: unknown
}) => readonly TensorInfo[]

/** @returns whether there is such a kernel for this rule, and it ran */
function runByKernel(rule: string, steps: readonly VariableStep[]): boolean {
  const kernelFunc: KernelFunc | undefined = getKernel(KERNEL, getBackend())?.kernelFunc
  if (kernelFunc === undefined) return false
  const variables = steps.map(({ variable }) => variable)
  const gradients = steps.map(({ gradient }) => gradient)
  const slots = steps.flatMap((step) => step.slots)
  const written = (kernelFunc as unknown as StepKernel)({
    inputs: { variables, gradients, slots },
    attrs: { rule, scalars: steps.map(({ scalars }) => scalars) },
    backend: currentBackend(),
  })
  if (written.length === 0) return steps.length === 0
  const changed = steps.flatMap((step) => [step.variable, ...step.slots])
  for (const [index, variable] of changed.entries())
    assignInfo(variable, written[index] as TensorInfo)
  return true
}

/** Assigns what a kernel has written, unless it wrote into the variable itself. */
function assignInfo(variable: Variable, info: TensorInfo): void {
  if (info.dataId === variable.dataId) return
  const tensor = engine().makeTensorFromTensorInfo(info)
  variable.assign(tensor)
  tensor.dispose()
}
