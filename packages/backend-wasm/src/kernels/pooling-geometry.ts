import { backend_util } from '@tensorflow/tfjs-core'
import type { Attributes } from '../heap.js'

/** One number per axis: depth, height, width. */
type Axes = readonly [number, number, number]

/** A pooling over `[n, d, h, w, c]`; images have a depth of 1. */
export interface Pooling {
  readonly outShape: number[]
  readonly batch: number
  readonly channels: number
  readonly image: Axes
  readonly out: Axes
  readonly window: Axes
  readonly strides: Axes
  /** Padding before each axis. */
  readonly before: Axes
}

/** What tfjs' attributes say of an input `[n, h, w, c]` or `[n, d, h, w, c]`; `null` for channels first. */
export function poolingOf(
  shape: readonly number[],
  attributes: Attributes,
): Pooling | null {
  if (attributes.dataFormat === 'NCHW' || attributes.dataFormat === 'NCDHW') return null
  return shape.length === 5 ? ofVolume(shape, attributes) : ofImage(shape, attributes)
}

/** The words of `assembly/pool-geometry.ts` but the last. */
export function wordsOf(pooling: Pooling): number[] {
  const { batch, channels, image, out, window, strides, before } = pooling
  return [batch, channels, ...image, ...out, ...window, ...strides, ...before]
}

/** Units of work of the gradient of largest values; see `assembly/pool-gradient.ts`. */
export function bandsOf({ batch, out, window, strides }: Pooling): number {
  const isBanded = strides[0] >= window[0] && strides[1] >= window[1]
  return batch * (isBanded ? Math.max(1, out[0]) * Math.max(1, out[1]) : 1)
}

function ofImage(shape: readonly number[], attributes: Attributes): Pooling {
  const { filterSize, strides, pad, dimRoundingMode } = attributes
  const info = backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    filterSize as number | [number, number],
    strides as number | [number, number],
    1,
    pad as Parameters<typeof backend_util.computePool2DInfo>[4],
    dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
  )
  return {
    outShape: info.outShape,
    batch: info.batchSize,
    channels: info.inChannels,
    image: [1, info.inHeight, info.inWidth],
    out: [1, info.outHeight, info.outWidth],
    window: [1, info.filterHeight, info.filterWidth],
    strides: [1, info.strideHeight, info.strideWidth],
    before: [0, info.padInfo.top, info.padInfo.left],
  }
}

function ofVolume(shape: readonly number[], attributes: Attributes): Pooling {
  const { filterSize, strides, pad, dimRoundingMode } = attributes
  const info = backend_util.computePool3DInfo(
    shape as [number, number, number, number, number],
    filterSize as number | [number, number, number],
    strides as number | [number, number, number],
    1,
    pad as 'same' | 'valid' | number,
    dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
  )
  return {
    outShape: info.outShape,
    batch: info.batchSize,
    channels: info.inChannels,
    image: [info.inDepth, info.inHeight, info.inWidth],
    out: [info.outDepth, info.outHeight, info.outWidth],
    window: [info.filterDepth, info.filterHeight, info.filterWidth],
    strides: [info.strideDepth, info.strideHeight, info.strideWidth],
    before: [info.padInfo.front, info.padInfo.top, info.padInfo.left],
  }
}
