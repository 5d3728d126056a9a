import type {
  DecodeAnswer,
  DecodeJob,
  DecodeTools,
  Pixels,
  Target,
} from './decode-job.js'

/**
 * Makes the function that decodes. It runs in a thread whose code is text, so it must need nothing from
 * outside of itself.
 */
export function imageDecoder(tools: DecodeTools, { size, channels, fit }: Target) {
  const [height, width] = size
  const isPng = (bytes: Uint8Array) => bytes[0] === 0x89 && bytes[1] === 0x50
  const isJpeg = (bytes: Uint8Array) => bytes[0] === 0xff && bytes[1] === 0xd8

  const decoded = (path: string): Pixels => {
    const bytes = tools.readFile(path)
    if (bytes.length === 0) throw new Error('the file is empty')
    if (isPng(bytes)) return tools.png(bytes)
    if (!isJpeg(bytes)) throw new Error('it is neither PNG nor JPEG')
    const { exif, ...image } = tools.jpeg(bytes)
    return upright(image, orientationOf(exif))
  }

  /** The number that a camera writes of how it was held: 1 is upright. */
  const orientationOf = (exif: Uint8Array | undefined): number => {
    if (!exif || exif.length < 14) return 1
    const view = new DataView(exif.buffer, exif.byteOffset, exif.byteLength)
    const start = view.getUint32(0) === 0x45786966 ? 6 : 0
    const little = view.getUint16(start) === 0x4949
    const table = start + view.getUint32(start + 4, little)
    if (table + 2 > exif.length) return 1
    const count = view.getUint16(table, little)
    for (let entry = 0; entry < count; entry++) {
      const at = table + 2 + 12 * entry
      if (at + 12 > exif.length) return 1
      if (view.getUint16(at, little) === 0x0112) return view.getUint16(at + 8, little)
    }
    return 1
  }

  const upright = (image: Pixels, orientation: number): Pixels => {
    if (!(orientation >= 2 && orientation <= 8)) return image
    const isTurned = orientation >= 5
    const [rows, columns] = isTurned
      ? [image.width, image.height]
      : [image.height, image.width]
    const from = new Uint32Array(image.data.slice().buffer)
    const to = new Uint32Array(rows * columns)
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const [right, down] = [columns - 1 - x, rows - 1 - y]
        const [sx, sy] = [
          [x, y],
          [right, y],
          [right, down],
          [x, down],
          [y, x],
          [y, right],
          [down, right],
          [down, x],
        ][orientation - 1] as [number, number]
        to[y * columns + x] = from[sy * image.width + sx] as number
      }
    }
    return { width: columns, height: rows, data: new Uint8Array(to.buffer) }
  }

  /** The part of an image that is seen, and where it is put. */
  const frameOf = (image: Pixels) => {
    const all = { left: 0, top: 0, width: image.width, height: image.height }
    const whole = { left: 0, top: 0, width, height }
    if (fit === 'stretch') return { seen: all, put: whole }
    const [across, down] = [width / image.width, height / image.height]
    if (fit === 'crop') {
      const scale = Math.max(across, down)
      const [w, h] = [width / scale, height / scale]
      const [left, top] = [(image.width - w) / 2, (image.height - h) / 2]
      return { seen: { left, top, width: w, height: h }, put: whole }
    }
    const scale = Math.min(across, down)
    const w = Math.max(1, Math.round(image.width * scale))
    const h = Math.max(1, Math.round(image.height * scale))
    const [left, top] = [Math.floor((width - w) / 2), Math.floor((height - h) / 2)]
    return { seen: all, put: { left, top, width: w, height: h } }
  }

  /** Shares are whole numbers of it, as Pillow has them: both passes round alike. */
  const ONE = 2 ** 22

  /** For each of `count` places which pixels count how much: a triangle as wide as a place is, at least one pixel. */
  const weightsOf = (count: number, start: number, length: number, limit: number) => {
    const scale = length / count
    const reach = Math.max(1, scale)
    return Array.from({ length: count }, (_, place) => {
      const centre = start + (place + 0.5) * scale
      const first = Math.max(0, Math.floor(centre - reach + 0.5))
      const end = Math.min(limit, Math.floor(centre + reach + 0.5))
      const shares = Array.from({ length: end - first }, (_, n) =>
        Math.max(0, 1 - Math.abs((first + n + 0.5 - centre) / reach)),
      )
      const sum = shares.reduce((total, share) => total + share, 0)
      return { first, shares: shares.map((share) => Math.round((share / sum) * ONE)) }
    })
  }

  /** The channels of an image that were asked for, a number each. */
  const channelsOf = ({ width, height, data }: Pixels): Uint8Array => {
    const out = new Uint8Array(width * height * channels)
    for (let at = 0, n = 0; at < data.length; at += 4) {
      const [r, g, b] = [data[at], data[at + 1], data[at + 2]] as [number, number, number]
      if (channels === 1) out[n++] = (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16
      else {
        out[n++] = r
        out[n++] = g
        out[n++] = b
        if (channels === 4) out[n++] = data[at + 3] as number
      }
    }
    return out
  }

  /** Colours times opacity, for resampling: what cannot be seen must not colour what can. Rounded as Pillow does. */
  const multiplied = (pixels: Uint8Array): Uint8Array =>
    pixels.map((value, at) => {
      if (at % 4 === 3) return value
      const product = value * (pixels[at - (at % 4) + 3] as number) + 128
      return ((product >> 8) + product) >> 8
    })

  /** The colours of {@link multiplied} as they were. */
  const divided = (pixels: Uint8Array): Uint8Array =>
    pixels.map((value, at) => {
      const opacity = pixels[at - (at % 4) + 3] as number
      if (at % 4 === 3 || opacity === 0 || opacity === 255) return value
      return Math.min(255, Math.floor((255 * value) / opacity))
    })

  const fill = (image: Pixels, out: Uint8Array): void => {
    const { seen, put } = frameOf(image)
    const plain = channelsOf(image)
    if (image.width === width && image.height === height) {
      out.set(plain)
      return
    }
    const pixels = channels === 4 ? multiplied(plain) : plain
    const columns = weightsOf(put.width, seen.left, seen.width, image.width)
    const rows = weightsOf(put.height, seen.top, seen.height, image.height)
    // Rounded to bytes between the two passes, as Pillow does.
    const narrow = new Uint8Array(image.height * put.width * channels)
    for (let y = 0; y < image.height; y++) {
      for (const [x, { first, shares }] of columns.entries()) {
        for (let c = 0; c < channels; c++) {
          let sum = 0
          for (let n = 0; n < shares.length; n++)
            sum +=
              (shares[n] as number) *
              (pixels[(y * image.width + first + n) * channels + c] as number)
          narrow[(y * put.width + x) * channels + c] = Math.min(
            255,
            Math.floor((sum + ONE / 2) / ONE),
          )
        }
      }
    }
    for (const [y, { first, shares }] of rows.entries()) {
      for (let at = 0; at < put.width * channels; at++) {
        let sum = 0
        for (let n = 0; n < shares.length; n++)
          sum +=
            (shares[n] as number) *
            (narrow[(first + n) * put.width * channels + at] as number)
        out[((put.top + y) * width + put.left) * channels + at] = Math.min(
          255,
          Math.floor((sum + ONE / 2) / ONE),
        )
      }
    }
    if (channels === 4) out.set(divided(out))
  }

  return ({ id, paths }: DecodeJob): DecodeAnswer => {
    const bytes = height * width * channels
    const pixels = new Uint8Array(paths.length * bytes)
    const broken: { index: number; why: string }[] = []
    for (const [index, path] of paths.entries()) {
      try {
        fill(decoded(path), pixels.subarray(index * bytes, (index + 1) * bytes))
      } catch (thrown) {
        broken.push({
          index,
          why: thrown instanceof Error ? thrown.message : String(thrown),
        })
      }
    }
    return { id, pixels, broken }
  }
}
