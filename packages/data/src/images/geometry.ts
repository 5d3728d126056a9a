import { checkCount, checkKeys, checkWord } from '../checks.js'
import { checkAmount } from './amounts.js'
import { copyPixels, type ImageStep, imageStep, mapPixels } from './pixels.js'

/** Mirrors images: left and right, or up and down, with a probability (0.5). */
export function randomFlip(
  options: { readonly along?: 'width' | 'height'; readonly probability?: number } = {},
): ImageStep {
  checkKeys(options, ['along', 'probability'], 'randomFlip')
  const { along = 'width', probability = 0.5 } = options
  checkWord(along, { owner: 'randomFlip', name: 'along', words: ['width', 'height'] })
  checkAmount(probability, { owner: 'randomFlip', name: 'probability', upTo: 1 })
  return imageStep('randomFlip', (source, target, random) => {
    const { height, width } = source
    const isFlipped = random.chance(probability)
    copyPixels(source, target, (row, column) => {
      if (!isFlipped) return [row, column]
      return along === 'width' ? [row, width - 1 - column] : [height - 1 - row, column]
    })
  })
}

/** Moves images by up to `padding` pixels in both directions: padded with 0, then cut to their size. */
export function randomCrop(options: { readonly padding: number }): ImageStep {
  checkKeys(options, ['padding'], 'randomCrop')
  const { padding } = options
  checkCount(padding, { owner: 'randomCrop', name: 'padding' })
  return imageStep('randomCrop', (source, target, random) => {
    const down = random.integer(2 * padding + 1) - padding
    const right = random.integer(2 * padding + 1) - padding
    copyPixels(source, target, (row, column) => [row + down, column + right])
  })
}

/** Options of {@link randomAffine}; each is drawn between its negative and itself. */
export interface RandomAffineOptions {
  /** Degrees. Default 0. */
  readonly rotation?: number
  /** A share of height and width, up to 1. Default 0. */
  readonly translation?: number
  /** A share, below 1: 0.1 draws between 0.9 and 1.1 times the size. Default 0. */
  readonly zoom?: number
}

/** Turns, moves and zooms images about their centre: bilinear, with 0 from outside. */
export function randomAffine(options: RandomAffineOptions): ImageStep {
  checkKeys(options, ['rotation', 'translation', 'zoom'], 'randomAffine')
  const { rotation = 0, translation = 0, zoom = 0 } = options
  checkAmount(rotation, { owner: 'randomAffine', name: 'rotation', upTo: 180 })
  checkAmount(translation, { owner: 'randomAffine', name: 'translation', upTo: 1 })
  checkAmount(zoom, { owner: 'randomAffine', name: 'zoom', upTo: 0.99 })
  return imageStep('randomAffine', (source, target, random) => {
    const { height, width, channels, data, start } = source
    const angle = (random.uniform(-rotation, rotation) * Math.PI) / 180
    const down = random.uniform(-translation, translation) * height
    const right = random.uniform(-translation, translation) * width
    const scale = 1 / random.uniform(1 - zoom, 1 + zoom)
    const [cos, sin] = [Math.cos(angle) * scale, Math.sin(angle) * scale]
    const [middleRow, middleColumn] = [(height - 1) / 2, (width - 1) / 2]
    const at = (row: number, column: number, channel: number): number => {
      if (row < 0 || row >= height || column < 0 || column >= width) return 0
      return data[start + (row * width + column) * channels + channel] as number
    }
    mapPixels(source, target, (_, index) => {
      const channel = index % channels
      const pixel = (index - channel) / channels
      const y = Math.floor(pixel / width) - middleRow - down
      const x = (pixel % width) - middleColumn - right
      const row = cos * y - sin * x + middleRow
      const column = sin * y + cos * x + middleColumn
      const [top, left] = [Math.floor(row), Math.floor(column)]
      const [below, beside] = [row - top, column - left]
      const upper =
        at(top, left, channel) * (1 - beside) + at(top, left + 1, channel) * beside
      const lower =
        at(top + 1, left, channel) * (1 - beside) +
        at(top + 1, left + 1, channel) * beside
      return upper * (1 - below) + lower * below
    })
  })
}

/** Sets a square of each image to a value (0): `size` pixels wide, its centre anywhere in the image. */
export function cutout(options: {
  readonly size: number
  readonly value?: number
}): ImageStep {
  checkKeys(options, ['size', 'value'], 'cutout')
  const { size, value = 0 } = options
  checkCount(size, { owner: 'cutout', name: 'size' })
  return imageStep('cutout', (source, target, random) => {
    const { height, width, channels } = source
    const top = random.integer(height) - Math.floor(size / 2)
    const left = random.integer(width) - Math.floor(size / 2)
    mapPixels(source, target, (found, index) => {
      const pixel = Math.floor(index / channels)
      const [row, column] = [Math.floor(pixel / width), pixel % width]
      const isCut =
        row >= top && row < top + size && column >= left && column < left + size
      return isCut ? value : found
    })
  })
}
