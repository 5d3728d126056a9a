import { extname } from 'node:path'
import type {
  ArtifactRecord,
  HistogramRecord,
  ImageRecord,
  TextRecord,
} from '@regimen/logger-kit/writer'
import type { Upload } from './request.js'

/** An asset: what is uploaded and how Comet files it (comet-java-sdk AssetType.java). */
export interface Asset {
  readonly type:
    | 'asset'
    | 'image'
    | 'histogram3d'
    | 'text-sample'
    | 'model-element'
    | 'source_code'
  readonly step: number
  readonly epoch: number
  readonly groupingName?: string
  readonly upload: Upload
}

/** Records that become files at Comet. */
export type AssetRecord = ImageRecord | HistogramRecord | TextRecord | ArtifactRecord

const ARTIFACT_TYPES = {
  asset: 'asset',
  data: 'asset',
  source: 'source_code',
  model: 'model-element',
  checkpoint: 'model-element',
} as const
const TEXT_ENDINGS = { plain: '.txt', markdown: '.md', html: '.html' } as const

/** The asset that a record becomes. Names keep their slashes, which Comet shows as folders. */
export function assetOf(record: AssetRecord): Asset {
  const { kind, name, step, epoch } = record
  const position = { step, epoch }
  if (kind === 'image') {
    const fileName = withEnding(name, record.mime === 'image/png' ? '.png' : '.jpg')
    const metadata = JSON.stringify({ width: record.width, height: record.height })
    return {
      type: 'image',
      ...position,
      upload: { fileName, source: { path: record.file }, metadata },
    }
  }
  if (kind === 'text') {
    const fileName = withEnding(name, TEXT_ENDINGS[record.format])
    return {
      type: 'text-sample',
      ...position,
      upload: { fileName, source: { text: record.text } },
    }
  }
  if (kind === 'histogram') {
    const text = JSON.stringify({
      name,
      step,
      edges: record.edges,
      counts: record.counts,
    })
    const fileName = withEnding(name, '.json')
    return { type: 'histogram3d', ...position, upload: { fileName, source: { text } } }
  }
  const type = ARTIFACT_TYPES[record.type]
  const metadata = JSON.stringify({ ...record.metadata, sha256: record.sha256 })
  return {
    type,
    ...position,
    ...(type === 'model-element' && { groupingName: record.type }),
    upload: { fileName: name, source: { path: record.file }, metadata },
  }
}

/** The query of the upload; a part that is not known is left out. */
export function assetQuery({ type, step, epoch, groupingName, upload }: Asset) {
  const extension = extname(upload.fileName).slice(1)
  return {
    type,
    fileName: upload.fileName,
    step: String(step),
    epoch: String(epoch),
    overwrite: 'false',
    ...(extension !== '' && { extension }),
    ...(groupingName !== undefined && { groupingName }),
  }
}

function withEnding(name: string, ending: string): string {
  return name.toLowerCase().endsWith(ending) ? name : `${name}${ending}`
}
