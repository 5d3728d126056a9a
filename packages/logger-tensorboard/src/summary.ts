import { Message } from './message.js'
import { doubleMatrix, floatScalar, strings } from './tensor.js'

/** How TensorBoard stores a tag's values (`summary.proto`, `DataClass`). */
const DATA_CLASS = { scalar: 1, tensor: 2, blobSequence: 3 } as const

/** One value of a tag, for one of TensorBoard's plugins. */
export interface SummaryValue {
  readonly plugin: 'scalars' | 'histograms' | 'images' | 'text' | 'hparams'
  readonly dataClass: keyof typeof DATA_CLASS
  readonly tag: string
  readonly tensor: Message
  /** What only the plugin understands. */
  readonly content?: Message
}

/** An image file. */
export interface EncodedImage {
  readonly width: number
  readonly height: number
  readonly bytes: Uint8Array
}

/** Bins of a histogram: one edge more than counts. */
export interface Bins {
  readonly edges: readonly number[]
  readonly counts: readonly number[]
}

/** A number. */
export function scalarValue(tag: string, value: number): SummaryValue {
  return { plugin: 'scalars', dataClass: 'scalar', tag, tensor: floatScalar(value) }
}

/** A distribution, as rows of left edge, right edge and count. */
export function histogramValue(tag: string, { edges, counts }: Bins): SummaryValue {
  const rows = counts.map(
    (count, index) => [edges[index], edges[index + 1], count] as number[],
  )
  return { plugin: 'histograms', dataClass: 'tensor', tag, tensor: doubleMatrix(rows, 3) }
}

/** An image. */
export function imageValue(
  tag: string,
  { width, height, bytes }: EncodedImage,
): SummaryValue {
  const tensor = strings([String(width), String(height), bytes])
  return { plugin: 'images', dataClass: 'blobSequence', tag, tensor }
}

/** A text, which TensorBoard shows as Markdown. */
export function textValue(tag: string, text: string): SummaryValue {
  return { plugin: 'text', dataClass: 'tensor', tag, tensor: strings([text]) }
}

/**
 * A message `Summary.Value`.
 *
 * @param isFirst whether the tag comes for the first time in its file: only then its metadata count
 */
export function summaryValue(
  value: SummaryValue,
  { isFirst }: { isFirst: boolean },
): Message {
  const message = new Message().string(1, value.tag).message(8, value.tensor)
  return isFirst ? message.message(9, metadata(value)) : message
}

function metadata({ plugin, dataClass, content }: SummaryValue): Message {
  const pluginData = new Message().string(1, plugin)
  if (content) pluginData.message(2, content)
  return new Message().message(1, pluginData).integer(4, DATA_CLASS[dataClass])
}
