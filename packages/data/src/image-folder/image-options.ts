import { checkKeys, checkSeed, quote } from '../checks.js'

/** How an image becomes one of the size that was asked for. */
export type ImageFit = 'stretch' | 'crop' | 'pad'

/** What `y` of a batch of images is. */
export type ImageLabels = 'index' | 'int32' | 'oneHot'

/** Options of {@link fromImages}. */
export interface FromImagesOptions {
  /** Height and width of each image in pixels. */
  readonly size: readonly [height: number, width: number]
  /** 1 for grey (ITU-R 601), 3 for colour, 4 with opacity. Default 3. */
  readonly channels?: 1 | 3 | 4
  /**
   * Where the shape differs: `stretch` it (default), `crop` the middle, or `pad` with black, centred.
   * Images are resampled as Pillow's `BILINEAR` does.
   */
  readonly fit?: ImageFit
  /** Images per batch; the last batch of an epoch may be smaller. Default 32. */
  readonly batchSize?: number
  /** Whether each epoch has an order of its own. Default false: by class, then by name. */
  readonly shuffle?: boolean
  /** Decides the orders and which images are in a `part`, a whole number from 0. Default: random, kept in the state. */
  readonly seed?: number
  /** Whether a last batch that is not full is left out. Default false. */
  readonly dropLast?: boolean
  /**
   * `index` (default): float32 `[batch]`, as the losses of tfjs-layers take them; `int32`: the same as
   * int32; `oneHot`: float32 `[batch, classes]`.
   */
  readonly labels?: ImageLabels
  /** Names of the folders that are classes, in the order of their numbers. Default: all, sorted. */
  readonly classes?: readonly string[]
  /**
   * The share of each class that is taken, from and to, after it was shuffled by the seed: `[0, 0.8]` to
   * train on and `[0.8, 1]` to validate have no image in common. Needs a `seed`. Default `[0, 1]`.
   */
  readonly part?: readonly [from: number, to: number]
  /** Whether decoded images are kept in memory, as bytes. Default: if they are at most 512 MiB. */
  readonly cache?: boolean
  /** Threads that decode. Default: one less than there are cores, at least 1 and at most 4. */
  readonly workers?: number
  /** Batches that are decoded ahead. Default 2. */
  readonly prefetch?: number
  /** Whether files that cannot be decoded are left out, with a notice, when the loader is made. Default false. */
  readonly skipBroken?: boolean
}

/** {@link FromImagesOptions} with defaults, but those that depend on the machine. */
export type ImageSettings = Required<
  Omit<FromImagesOptions, 'seed' | 'classes' | 'cache' | 'workers'>
> &
  Pick<FromImagesOptions, 'seed' | 'classes' | 'cache' | 'workers'>

const OWNER = 'fromImages'
const KEYS = [
  ...['size', 'channels', 'fit', 'batchSize', 'shuffle', 'seed', 'dropLast', 'labels'],
  ...['classes', 'part', 'cache', 'workers', 'prefetch', 'skipBroken'],
]

/** @throws TypeError, RangeError for options that are not known or out of range */
export function imageSettings(given: FromImagesOptions): ImageSettings {
  checkKeys(given, KEYS, OWNER)
  const settings: ImageSettings = {
    ...{ channels: 3, fit: 'stretch', batchSize: 32, shuffle: false, dropLast: false },
    ...{ labels: 'index', part: [0, 1], prefetch: 2, skipBroken: false },
    ...(Object.fromEntries(
      Object.entries(given).filter(([, value]) => value !== undefined),
    ) as unknown as FromImagesOptions),
  }
  const { size, batchSize, prefetch, workers = 1, part, seed, classes } = settings
  const isSize = Array.isArray(size) && size.length === 2 && size.every(isCount)
  if (!isSize) refuse('size', size, 'give [height, width] in pixels')
  for (const [name, value] of Object.entries({ batchSize, prefetch, workers }))
    if (!isCount(value)) refuse(name, value, 'give a whole number from 1')
  oneOf('channels', settings.channels, [1, 3, 4])
  oneOf('fit', settings.fit, ['stretch', 'crop', 'pad'])
  oneOf('labels', settings.labels, ['index', 'int32', 'oneHot'])
  for (const name of ['shuffle', 'dropLast', 'cache', 'skipBroken'] as const)
    oneOf(name, settings[name] ?? false, [true, false])
  const isNames =
    Array.isArray(classes) && classes.every((name) => typeof name === 'string')
  if (classes !== undefined && (!isNames || new Set(classes).size !== classes.length))
    refuse('classes', classes, 'give the names of folders, each once')
  if (seed !== undefined) checkSeed(seed, OWNER)
  checkPart(part, seed)
  return settings
}

function checkPart(part: readonly number[], seed: number | undefined): void {
  const [from = Number.NaN, to = Number.NaN] = Array.isArray(part) ? part : []
  if (!(part.length === 2 && from >= 0 && from < to && to <= 1))
    refuse('part', part, 'give two shares, such as [0, 0.8]')
  if ((from > 0 || to < 1) && seed === undefined) {
    throw new TypeError(
      `The option part of ${OWNER} needs a seed: the same one for the parts that must have no image in common.`,
    )
  }
}

const isCount = (value: unknown): boolean =>
  Number.isSafeInteger(value) && (value as number) >= 1

function oneOf(name: string, value: unknown, known: readonly unknown[]): void {
  if (known.includes(value)) return
  const list = known.map(quote)
  refuse(name, value, `give ${list.slice(0, -1).join(', ')} or ${list.at(-1)}`)
}

function refuse(name: string, value: unknown, advice: string): never {
  throw new RangeError(`The option ${name} of ${OWNER} is ${quote(value)}; ${advice}.`)
}
