import type { TensorInfo } from '@tensorflow/tfjs-core'
import { type Attributes, integers, type WasmBackend } from './heap.js'
import { broadcastStarts, type ProductShape } from './product-shape.js'

/** `a · b` for int32, exact modulo 2^32. tfjs' wasm backend has products of float32 only. */
export function integerProduct(
  backend: WasmBackend,
  a: TensorInfo,
  b: TensorInfo,
  { rows, inner, columns, batchA, batchB, batch }: ProductShape,
  { transposeA, transposeB }: Attributes,
): TensorInfo {
  const out = backend.makeOutput([...batch, rows, columns], 'int32')
  const [left, right, product] = [a, b, out].map((one) => integers(backend, one)) as [
    Int32Array,
    Int32Array,
    Int32Array,
  ]
  const [rowStepA, innerStepA] = transposeA === true ? [1, rows] : [inner, 1]
  const [innerStepB, columnStepB] = transposeB === true ? [1, inner] : [columns, 1]
  const startsB = broadcastStarts(batchB, batch, inner * columns)
  let place = 0
  broadcastStarts(batchA, batch, rows * inner).forEach((startA, i) => {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        let atA = startA + row * rowStepA
        let atB = (startsB[i] as number) + column * columnStepB
        let sum = 0
        for (let k = 0; k < inner; k++) {
          sum = (sum + Math.imul(left[atA] as number, right[atB] as number)) | 0
          atA += innerStepA
          atB += innerStepB
        }
        product[place++] = sum
      }
    }
  })
  return out
}
