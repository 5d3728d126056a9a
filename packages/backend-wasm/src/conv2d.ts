import { backend_util } from '@tensorflow/tfjs-core'
import type { Attributes } from './heap.js'

type Size = [number, number, number, number]

/** Sizes of a convolution with NHWC data, in pixels; `top` and `left` are the padding. */
export interface ConvGeometry {
  readonly batch: number
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly filterHeight: number
  readonly filterWidth: number
  readonly outHeight: number
  readonly outWidth: number
  readonly outChannels: number
  readonly strideY: number
  readonly strideX: number
  readonly top: number
  readonly left: number
}

/**
 * The geometry of the forward convolution whose gradient is asked for.
 *
 * @throws Error if the data format is not NHWC
 */
export function convGeometry(
  kernelName: string,
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, pad, dimRoundingMode, dataFormat, dilations }: Attributes,
  isDepthwise = false,
): ConvGeometry {
  if (dataFormat !== undefined && dataFormat !== 'NHWC') {
    throw new Error(
      `${kernelName} on the wasm backend got the data format "${dataFormat}"; transpose to "NHWC".`,
    )
  }
  const info = backend_util.computeConv2DInfo(
    [...inputShape] as Size,
    [...filterShape] as Size,
    strides as number | [number, number],
    (dilations ?? 1) as number | [number, number],
    pad as Parameters<typeof backend_util.computeConv2DInfo>[4],
    dimRoundingMode as 'floor' | 'round' | 'ceil' | undefined,
    isDepthwise,
  )
  return toGeometry(info)
}

/** The same sizes under the names used here. */
export function toGeometry(info: backend_util.Conv2DInfo): ConvGeometry {
  return {
    batch: info.batchSize,
    height: info.inHeight,
    width: info.inWidth,
    channels: info.inChannels,
    filterHeight: info.filterHeight,
    filterWidth: info.filterWidth,
    outHeight: info.outHeight,
    outWidth: info.outWidth,
    outChannels: info.outChannels,
    strideY: info.strideHeight,
    strideX: info.strideWidth,
    top: info.padInfo.top,
    left: info.padInfo.left,
  }
}

/**
 * The outputs whose window covers the image at one filter position, along one axis.
 *
 * @param offset filter position minus padding: output `o` reads the pixel `o * stride + offset`
 * @returns the first output and the one after the last
 */
export function coveringOutputs(
  offset: number,
  stride: number,
  size: number,
  outSize: number,
): [number, number] {
  const first = Math.max(0, Math.ceil(-offset / stride))
  const end = Math.min(outSize, Math.floor((size - 1 - offset) / stride) + 1)
  return [Math.min(first, outSize), Math.max(end, Math.min(first, outSize))]
}
