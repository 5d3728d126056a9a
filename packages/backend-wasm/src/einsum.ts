import { backend_util, type TensorInfo, util } from '@tensorflow/tfjs-core'
import {
  type Attributes,
  free,
  type Inputs,
  type Kernel,
  reshaped,
  runKernel,
} from './heap.js'

/** A tensor whose axes have letters. */
interface Lettered {
  readonly tensor: TensorInfo
  readonly letters: readonly string[]
}

/**
 * `einsum` of one or two tensors, float32 or int32, as tfjs defines it: no ellipsis and no letter twice
 * in one term. Letters that nobody else has are summed first; the rest is a transposition, a (stacked)
 * product and a transposition.
 *
 * @throws Error if the equation does not fit the tensors
 */
export const einsum: Kernel = (inputs, backend, attributes) => {
  const tensors = Object.values(inputs)
  const { terms, result, sizes } = parse(String(attributes.equation), tensors)
  const made: TensorInfo[] = []
  const run = (name: string, operands: Inputs, attrs: Attributes = {}) => {
    const out = runKernel(name, operands, backend, attrs)
    made.push(out)
    return out
  }
  const engine = new Steps(run, sizes)
  const summed = tensors.map((tensor, i) => {
    const others = [...result, ...terms.flatMap((term, j) => (j === i ? [] : term))]
    return engine.sumExcept({ tensor, letters: terms[i] as string[] }, others)
  }) as [Lettered, Lettered?]
  const [a, b] = summed
  const product = b === undefined ? a : engine.product(a, b, result)
  const out = engine.arranged(product, result)
  backend.incRef(out.dataId)
  free(backend, ...made)
  return { dataId: out.dataId, shape: out.shape, dtype: out.dtype }
}

function parse(equation: string, tensors: readonly TensorInfo[]) {
  const { allDims, idDims } = backend_util.decodeEinsumEquation(equation, tensors.length)
  backend_util.checkEinsumDimSizes(allDims.length, idDims, tensors as never)
  const [left = '', right = ''] = equation.replace(/\s/g, '').split('->')
  const terms = left.split(',').map((term) => [...term])
  const result = [...right]
  tensors.forEach(({ shape }, i) => {
    const { length } = terms[i] as string[]
    if (length === shape.length) return
    throw new Error(
      `einsum "${equation}" names ${length} axes of a tensor of shape [${shape}]; give each axis a letter.`,
    )
  })
  if (new Set(result).size < result.length) {
    throw new Error(
      `einsum "${equation}" has a letter twice in its result; give each axis its own.`,
    )
  }
  const sizes = new Map(
    tensors.flatMap(({ shape }, i) =>
      shape.map((size, axis) => [(terms[i] as string[])[axis] as string, size] as const),
    ),
  )
  return { terms, result, sizes }
}

type Run = (name: string, operands: Inputs, attributes?: Attributes) => TensorInfo

class Steps {
  readonly #run: Run
  readonly #sizes: ReadonlyMap<string, number>

  constructor(run: Run, sizes: ReadonlyMap<string, number>) {
    this.#run = run
    this.#sizes = sizes
  }

  /** Sums over the axes whose letter is not among these. */
  sumExcept({ tensor, letters }: Lettered, kept: readonly string[]): Lettered {
    const axis = letters.flatMap((letter, i) => (kept.includes(letter) ? [] : [i]))
    if (axis.length === 0) return { tensor, letters }
    const sum = this.#run('Sum', { x: tensor }, { axis, keepDims: false })
    return { tensor: sum, letters: letters.filter((letter) => kept.includes(letter)) }
  }

  /** The tensor with its axes in this order. */
  arranged({ tensor, letters }: Lettered, order: readonly string[]): TensorInfo {
    const perm = order.map((letter) => letters.indexOf(letter))
    if (perm.every((from, to) => from === to)) return tensor
    return this.#run('Transpose', { x: tensor }, { perm })
  }

  product(a: Lettered, b: Lettered, result: readonly string[]): Lettered {
    const shared = a.letters.filter((letter) => b.letters.includes(letter))
    const batch = shared.filter((letter) => result.includes(letter))
    const inner = shared.filter((letter) => !result.includes(letter))
    const rows = a.letters.filter((letter) => !shared.includes(letter))
    const columns = b.letters.filter((letter) => !shared.includes(letter))
    const [stack, m, k, n] = [batch, rows, inner, columns].map((letters) =>
      this.#size(letters),
    ) as [number, number, number, number]
    const left = this.arranged(a, [...batch, ...rows, ...inner])
    const right = this.arranged(b, [...batch, ...columns, ...inner])
    const letters = [...batch, ...rows, ...columns]
    const tensor = this.#run(
      'BatchMatMul',
      { a: reshaped(left, [stack, m, k]), b: reshaped(right, [stack, n, k]) },
      { transposeA: false, transposeB: true },
    )
    return { tensor: reshaped(tensor, this.#shape(letters)), letters }
  }

  #shape(letters: readonly string[]): number[] {
    return letters.map((letter) => this.#sizes.get(letter) as number)
  }

  #size(letters: readonly string[]): number {
    return util.sizeFromShape(this.#shape(letters))
  }
}
