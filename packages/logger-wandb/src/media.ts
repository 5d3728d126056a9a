import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type {
  ArtifactRecord,
  GraphRecord,
  HistogramRecord,
  ImageRecord,
  TextRecord,
} from '@regimen/logger-kit/writer'

/** Records that are no numbers. */
export type MediaRecord =
  | ArtifactRecord
  | GraphRecord
  | HistogramRecord
  | ImageRecord
  | TextRecord

/** What a record becomes: a file in the folder `files`, a value of the history, or both. */
export interface Media {
  readonly file?: {
    readonly path: string
    readonly type: 'media' | 'other'
    readonly content: { readonly from: string } | { readonly text: string }
  }
  /** Under the name of the record. */
  readonly value?: Readonly<Record<string, unknown>>
}

/** Media as wandb/sdk/data_types has them. @param row number of the row of the history */
export function mediaOf(record: MediaRecord, row: number): Media {
  switch (record.kind) {
    case 'image': {
      const { width, height, sha256, size, mime } = record
      const format = mime === 'image/png' ? 'png' : 'jpg'
      const path = mediaPath('images', record.name, row, sha256, format)
      const file = { path, type: 'media', content: { from: record.file } } as const
      const value = { _type: 'image-file', format, width, height, path, sha256, size }
      return { file, value }
    }
    case 'histogram':
      return { value: { _type: 'histogram', values: record.counts, bins: record.edges } }
    case 'text':
      return record.format === 'html' ? htmlOf(record, row) : tableOf(record, row)
    case 'graph': {
      const ending = record.format === 'keras-json' ? 'json' : 'txt'
      return {
        file: { path: `graph.${ending}`, type: 'other', content: { text: record.body } },
      }
    }
    default:
      return {
        file: { path: record.name, type: 'other', content: { from: record.file } },
      }
  }
}

/** Why a file cannot be kept under a name; nothing if it can. */
export function faultOfPath(path: string): string | undefined {
  const normal = posix.normalize(path)
  const isPlain = path !== '' && normal === path && !/^(\.\.?(\/|$)|\/)|\\|\/$/.test(path)
  return isPlain ? undefined : 'expected a relative path without ".."'
}

/** A text is a table of one row, which W&B shows with its steps. */
function tableOf({ name, text }: TextRecord, row: number): Media {
  const content = JSON.stringify({ columns: ['text'], data: [[text]] })
  const sha256 = hashOf(content)
  const path = mediaPath('table', name, row, sha256, 'table.json')
  const size = Buffer.byteLength(content)
  const value = { _type: 'table-file', ncols: 1, nrows: 1, path, sha256, size }
  return { file: { path, type: 'media', content: { text: content } }, value }
}

function htmlOf({ name, text }: TextRecord, row: number): Media {
  const sha256 = hashOf(text)
  const path = mediaPath('html', name, row, sha256, 'html')
  const value = { _type: 'html-file', path, sha256, size: Buffer.byteLength(text) }
  return { file: { path, type: 'media', content: { text } }, value }
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

/** A name may be a path; what a file system may not take is replaced here, and only here. */
function mediaPath(
  folder: string,
  name: string,
  row: number,
  sha256: string,
  ending: string,
): string {
  const safe = name
    .replaceAll(/[^\p{L}\p{N}_.\-/ ]|\.\.|^\/|\/(?=\/|$)/gu, '_')
    .slice(0, 150)
  return `media/${folder}/${safe}_${row}_${sha256.slice(0, 20)}.${ending}`
}
