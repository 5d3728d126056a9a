import { type TensorInfo, util } from '@tensorflow/tfjs-core'
import { loadTiles } from './gemm.js'
import { TILE_COLUMNS } from './gemm-module.js'
import { floats, free, makeZeros, type WasmBackend } from './heap.js'

/**
 * Whether all values of a float32 tensor are finite. Times zero a finite value is zero and any other
 * is NaN, which a sum keeps: one pass of the SIMD product, about as fast as memory is read.
 */
export function isAllFinite(backend: WasmBackend, x: TensorInfo): boolean {
  const size = util.sizeFromShape(x.shape)
  const tiles = loadTiles(backend)
  const depth = tiles === null ? 0 : Math.floor(size / TILE_COLUMNS)
  if (tiles !== null && depth > 0) {
    const scratch = makeZeros(backend, [TILE_COLUMNS + 1])
    const [from, sums] = [x, scratch].map(
      ({ dataId }) => backend.dataIdMap.get(dataId).memoryOffset,
    ) as [number, number]
    tiles.tile1(sums + 4 * TILE_COLUMNS, 0, 0, from, sums, 0, 1, depth)
    const areZero = floats(backend, scratch).every((sum) => sum === 0)
    free(backend, scratch)
    if (!areZero) return false
  }
  return floats(backend, x)
    .subarray(depth * TILE_COLUMNS)
    .every(Number.isFinite)
}
