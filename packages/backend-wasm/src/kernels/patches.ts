import type { TensorInfo } from '@tensorflow/tfjs-core'
import { free, runKernel, type WasmBackend } from '../heap.js'
import type { Convolution } from './convolution.js'

/** Limits of `assembly/patch-words.ts`: pixels of a unit, and floats of an image that are copied for it. */
const MOST_PIXELS = 1024
const BAND_FLOATS = 86_016
/** Pixels that a unit should have at least. */
const FEWEST_PIXELS = 64

/** Output position n of an axis and tap t read the source at `n * stride + first + t * delta`. */
export interface PatchAxis {
  readonly source: number
  readonly count: number
  readonly stride: number
  readonly taps: number
  readonly first: number
  readonly delta: number
  /** Position n stands for `outFirst + n * outStep` of an output of `outSize`. */
  readonly outSize: number
  readonly outFirst: number
  readonly outStep: number
}

/** What a convolution reads for each of its output positions. */
export interface Patches {
  readonly images: number
  readonly channels: number
  readonly outChannels: number
  readonly axes: readonly [PatchAxis, PatchAxis, PatchAxis]
}

/** How patches are divided into units, which tasks go through. */
export interface Units {
  readonly isCopied: boolean
  readonly images: number
  readonly rows: number
  readonly columns: number
  readonly count: number
}

/** The patches of a forward convolution. */
export function forwardPatches({
  images,
  inChannels,
  outChannels,
  axes,
}: Convolution): Patches {
  const patchAxes = axes.map(({ size, out, stride, taps, dilation, before }) => ({
    source: size,
    count: out,
    stride,
    taps,
    first: -before,
    delta: taps === 1 ? 1 : dilation,
    outSize: out,
    outFirst: 0,
    outStep: 1,
  })) as unknown as Patches['axes']
  return { images, channels: inChannels, outChannels, axes: patchAxes }
}

/** Values of a patch. */
export function patchLength({ channels, axes }: Patches): number {
  return axes.reduce((length, { taps }) => length * taps, channels)
}

/** Output positions of all images. */
export function positions({ images, axes }: Patches): number {
  return axes.reduce((count, axis) => count * axis.count, images)
}

/** Source positions that some output positions in a row see. */
function reach({ stride, taps, delta }: PatchAxis, count: number): number {
  return (count - 1) * stride + (taps - 1) * delta + 1
}

/** Whether no tap is outside the source. */
function isInside(axis: PatchAxis): boolean {
  return axis.first >= 0 && axis.first + reach(axis, axis.count) <= axis.source
}

/**
 * The division into units for about so many tasks, by shapes alone; `null` if a single patch is too large to
 * be copied.
 */
export function unitsOf(patches: Patches, tasks: number): Units | null {
  const [z, y, x] = patches.axes
  const isCopied = patchLength(patches) > 0 && !patches.axes.every(isInside)
  const thick = isCopied ? z.taps * patches.channels : 0
  const widest = most(x, MOST_PIXELS, thick * reach(y, 1))
  if (widest < 1) return null
  const columns = even(x.count, widest)
  const across = Math.ceil(x.count / columns)
  const highest = most(y, Math.floor(MOST_PIXELS / columns), thick * reach(x, columns))
  const wanted = Math.ceil(tasks / (patches.images * z.count * across))
  const enough = Math.max(Math.ceil(y.count / wanted), Math.ceil(FEWEST_PIXELS / columns))
  const rows = even(y.count, Math.min(highest, enough))
  const down = Math.ceil(y.count / rows)
  const isWhole = across * down * z.count === 1
  const band = thick * reach(x, columns) * reach(y, rows)
  const images = isWhole ? together(patches.images, rows * columns, band, tasks) : 1
  const count = Math.ceil(patches.images / images) * z.count * down * across
  return { isCopied, images, rows, columns, count }
}

/** How many positions of an axis fit, of a thickness in floats. */
function most(axis: PatchAxis, pixels: number, thick: number): number {
  if (thick === 0) return Math.min(axis.count, pixels)
  const free = Math.floor(BAND_FLOATS / thick) - (axis.taps - 1) * axis.delta - 1
  return Math.min(axis.count, pixels, Math.floor(free / axis.stride) + 1)
}

/** Parts of about equal size, none above the limit. */
function even(size: number, limit: number): number {
  return Math.ceil(size / Math.ceil(size / limit))
}

/** Small images that share a unit. */
function together(images: number, pixels: number, band: number, tasks: number): number {
  const fitting = band === 0 ? images : Math.floor(BAND_FLOATS / band)
  const filling = Math.floor((4 * FEWEST_PIXELS) / pixels)
  return Math.max(1, Math.min(fitting, filling, Math.floor(images / tasks)))
}

/** The words of the geometry; see `assembly/patch-words.ts`. */
export function geometryWords(patches: Patches, units: Units): number[] {
  return [
    ...[patches.images, patches.channels, Number(units.isCopied)],
    ...[units.images, units.rows, units.columns],
    ...patches.axes.flatMap((axis) => [
      ...[axis.source, axis.count, axis.stride, axis.taps, axis.first, axis.delta],
      ...[axis.outSize, axis.outFirst, axis.outStep],
    ]),
    patches.outChannels,
  ]
}

/**
 * Lends the source, patches and units to a function; the source is padded first if patches are too large to be
 * copied one by one.
 */
export function withUnits<T>(
  backend: WasmBackend,
  source: TensorInfo,
  patches: Patches,
  tasks: number,
  use: (source: TensorInfo, patches: Patches, units: Units) => T,
): T {
  const units = unitsOf(patches, tasks)
  if (units !== null) {
    return use(source, patches, units)
  }
  const { images, channels, axes } = patches
  const x = { ...source, shape: [images, ...axes.map((axis) => axis.source), channels] }
  const margins = axes.map((axis) => {
    const before = Math.max(0, -axis.first)
    const after = axis.first + reach(axis, axis.count) - axis.source
    return [before, Math.max(0, after)] as const
  })
  const paddings = [[0, 0], ...margins, [0, 0]]
  const padded = runKernel('PadV2', { x }, backend, {
    paddings: paddings as unknown as number[],
    constantValue: 0,
  })
  const inside = axes.map((axis, i) => {
    const [before, after] = margins[i] as readonly [number, number]
    return { ...axis, source: axis.source + before + after, first: axis.first + before }
  }) as unknown as Patches['axes']
  const wide = { ...patches, axes: inside }
  const result = use(padded, wide, unitsOf(wide, tasks) as Units)
  free(backend, padded)
  return result
}

/** Tasks for so many multiplications and additions: at most 32. */
export function tasksFor(operations: number): number {
  return Math.max(1, Math.min(32, Math.floor(operations / 2 ** 19)))
}

/** Whether a convolution writes nothing. */
export function isEmpty(patches: Patches): boolean {
  return positions(patches) * patches.outChannels === 0
}
