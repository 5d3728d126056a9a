import type { backend_util } from '@tensorflow/tfjs-core'

type Info = backend_util.Conv2DInfo

/**
 * Whether XNNPACK computes what tfjs wants. It divides rounding down, which may give an output of
 * another size, and for `same` its padding is negative if a stride is larger than the window: it
 * reads other pixels.
 */
export function xnnpackFits(info: Info): boolean {
  const { padInfo } = info
  if (padInfo.type === 'SAME') {
    return (
      info.strideHeight <= info.effectiveFilterHeight &&
      info.strideWidth <= info.effectiveFilterWidth
    )
  }
  const rows = info.inHeight + padInfo.top + padInfo.bottom - info.effectiveFilterHeight
  const columns = info.inWidth + padInfo.left + padInfo.right - info.effectiveFilterWidth
  return (
    Math.floor(rows / info.strideHeight) + 1 === info.outHeight &&
    Math.floor(columns / info.strideWidth) + 1 === info.outWidth
  )
}

/**
 * Visits each pixel under each window of a convolution or pooling over NHWC data, in order: the
 * numbers of the output, the pixel and the position in the window.
 */
export function forEachPixel(
  info: Info,
  visit: (output: number, pixel: number, tap: number) => void,
): void {
  let output = 0
  for (let image = 0; image < info.batchSize; image++) {
    for (let oy = 0; oy < info.outHeight; oy++) {
      const top = oy * info.strideHeight - info.padInfo.top
      for (let ox = 0; ox < info.outWidth; ox++) {
        const left = ox * info.strideWidth - info.padInfo.left
        for (let fy = 0; fy < info.filterHeight; fy++) {
          const y = top + fy * info.dilationHeight
          if (y < 0 || y >= info.inHeight) continue
          for (let fx = 0; fx < info.filterWidth; fx++) {
            const x = left + fx * info.dilationWidth
            if (x < 0 || x >= info.inWidth) continue
            const pixel = (image * info.inHeight + y) * info.inWidth + x
            visit(output, pixel, fy * info.filterWidth + fx)
          }
        }
        output++
      }
    }
  }
}
