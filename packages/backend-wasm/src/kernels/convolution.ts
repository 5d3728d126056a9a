import { backend_util, type TensorInfo } from '@tensorflow/tfjs-core'
import type { Attributes } from '../heap.js'

/** One axis of a convolution, in positions. */
export interface ConvolutionAxis {
  readonly size: number
  readonly out: number
  readonly stride: number
  readonly taps: number
  readonly dilation: number
  /** Zeros before the first value; below 0 the first values are skipped. */
  readonly before: number
}

/** A convolution of volumes; that of images has a depth of 1. */
export interface Convolution {
  readonly images: number
  readonly inChannels: number
  readonly outChannels: number
  /** Depth, height, width. */
  readonly axes: readonly [ConvolutionAxis, ConvolutionAxis, ConvolutionAxis]
  /** As tfjs has it: `[n, oh, ow, d]`, or `[n, od, oh, ow, d]`. */
  readonly outShape: readonly number[]
}

const SINGLE: ConvolutionAxis = {
  size: 1,
  out: 1,
  stride: 1,
  taps: 1,
  dilation: 1,
  before: 0,
}

/** The convolution of images or volumes of these shapes, channels last. */
export function convolutionOf(
  inputShape: readonly number[],
  filterShape: readonly number[],
  attributes: Attributes,
  isDepthwise = false,
): Convolution {
  return inputShape.length === 5
    ? ofVolumes(inputShape, filterShape, attributes)
    : ofImages(inputShape, filterShape, attributes, isDepthwise)
}

type Size = Parameters<typeof backend_util.computeConv2DInfo>[0]
type Volume = Parameters<typeof backend_util.computeConv3DInfo>[0]
type Rounding = 'floor' | 'round' | 'ceil' | undefined

function ofImages(
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, dilations, pad, dimRoundingMode }: Attributes,
  isDepthwise: boolean,
): Convolution {
  const info = backend_util.computeConv2DInfo(
    [...inputShape] as Size,
    [...filterShape] as Size,
    strides as number | [number, number],
    (dilations ?? 1) as number | [number, number],
    pad as Parameters<typeof backend_util.computeConv2DInfo>[4],
    dimRoundingMode as Rounding,
    isDepthwise,
  )
  return {
    images: info.batchSize,
    inChannels: info.inChannels,
    outChannels: info.outChannels,
    axes: [SINGLE, ...heightAndWidth(info)],
    outShape: info.outShape,
  }
}

function ofVolumes(
  inputShape: readonly number[],
  filterShape: readonly number[],
  { strides, dilations, pad, dimRoundingMode }: Attributes,
): Convolution {
  const info = backend_util.computeConv3DInfo(
    [...inputShape] as Volume,
    [...filterShape] as Volume,
    strides as number | [number, number, number],
    (dilations ?? 1) as number | [number, number, number],
    pad as 'same' | 'valid',
    false,
    'channelsLast',
    dimRoundingMode as Rounding,
  )
  const depth: ConvolutionAxis = {
    size: info.inDepth,
    out: info.outDepth,
    stride: info.strideDepth,
    taps: info.filterDepth,
    dilation: info.dilationDepth,
    before: info.padInfo.front,
  }
  return {
    images: info.batchSize,
    inChannels: info.inChannels,
    outChannels: info.outChannels,
    axes: [depth, ...heightAndWidth(info)],
    outShape: info.outShape,
  }
}

type Plane = Omit<
  backend_util.Conv2DInfo,
  'dataFormat' | 'inShape' | 'outShape' | 'filterShape'
>

function heightAndWidth(info: Plane): [ConvolutionAxis, ConvolutionAxis] {
  return [
    {
      size: info.inHeight,
      out: info.outHeight,
      stride: info.strideHeight,
      taps: info.filterHeight,
      dilation: info.dilationHeight,
      before: info.padInfo.top,
    },
    {
      size: info.inWidth,
      out: info.outWidth,
      stride: info.strideWidth,
      taps: info.filterWidth,
      dilation: info.dilationWidth,
      before: info.padInfo.left,
    },
  ]
}

/** Whether a kernel made of launches knows these operands: float32, channels last. */
export function isKnown(
  operands: readonly (TensorInfo | null | undefined)[],
  { dataFormat }: Attributes,
): boolean {
  const isLast = dataFormat == null || dataFormat === 'NHWC' || dataFormat === 'NDHWC'
  return (
    isLast && operands.every((tensor) => tensor == null || tensor.dtype === 'float32')
  )
}
