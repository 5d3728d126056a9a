import type {
  ArtifactRecord,
  GraphRecord,
  HistogramRecord,
  ImageRecord,
  ParameterRecord,
  TextRecord,
} from '@regimen/logger-kit/writer'
import type { ArtifactSource } from './client.js'

/** Records that become files of the run. */
export type FileRecord =
  | ArtifactRecord
  | GraphRecord
  | HistogramRecord
  | ImageRecord
  | TextRecord

/** A file of a run: its path among the artifacts, and what is in it. */
export interface Artifact {
  readonly path: string
  readonly source: ArtifactSource
}

const TEXT_ENDINGS = { plain: 'txt', markdown: 'md', html: 'html' } as const
const IMAGE_ENDINGS = { 'image/png': 'png', 'image/jpeg': 'jpg' } as const
const GRAPH_ENDINGS = { 'keras-json': 'json', text: 'txt' } as const

/**
 * The file that a record becomes. What is logged again and again has a file for each time; a file
 * under the name that it was logged by is replaced by the next of that name, as by `log_artifact`.
 */
export function artifactOf(record: FileRecord): Artifact {
  switch (record.kind) {
    case 'artifact':
      return { path: record.name, source: { path: record.file } }
    case 'image': {
      const ending = IMAGE_ENDINGS[record.mime]
      return { path: momentPath('images', record, ending), source: { path: record.file } }
    }
    case 'text': {
      const ending = TEXT_ENDINGS[record.format]
      return { path: momentPath('texts', record, ending), source: { text: record.text } }
    }
    case 'histogram': {
      const { name, step, edges, counts } = record
      const text = JSON.stringify({ name, step, edges, counts })
      return { path: momentPath('histograms', record, 'json'), source: { text } }
    }
    default: {
      const path = `graph.${GRAPH_ENDINGS[record.format]}`
      return { path, source: { text: record.body } }
    }
  }
}

/** The whole text of a parameter that MLflow may cut. */
export function parameterArtifact({
  name,
  value,
}: Pick<ParameterRecord, 'name' | 'value'>): Artifact {
  return { path: `params/${name}.txt`, source: { text: String(value) } }
}

/** The same for each time that a record is sent, and for no other record. */
function momentPath(
  folder: string,
  { name, step, time, seq }: Exclude<FileRecord, GraphRecord>,
  ending: string,
): string {
  return `${folder}/${name}/step-${step}-${Math.round(time)}-${seq}.${ending}`
}

/** Where the artifacts of a run are: behind the server, or in a store that only others can write. */
export type ArtifactRoot =
  | { readonly isProxied: true; readonly path: string }
  | { readonly isProxied: false; readonly reason: string }

/**
 * Where a run's artifacts go. `mlflow-artifacts:/1/…/artifacts` is behind the server; with a host
 * it is behind that one, which the keys are not for unless it is the same.
 */
export function artifactRoot(artifactUri: string, server: string): ArtifactRoot {
  const [, authority, path] =
    /^mlflow-artifacts:(?:\/\/([^/]*))?\/(.*)$/.exec(artifactUri) ?? []
  const advice = 'Files reach MLflow through the server, started with --serve-artifacts'
  if (path === undefined) {
    const scheme = /^([a-z][\w+.-]*):/i.exec(artifactUri)?.[1] ?? 'a folder'
    const reason = `the artifacts of the run are in ${scheme === 'a folder' ? scheme : `"${scheme}"`} of the server's. ${advice}`
    return { isProxied: false, reason }
  }
  if (authority && authority !== new URL(server).host) {
    return {
      isProxied: false,
      reason: `the artifacts of the run are at ${authority}, which is not the tracking server`,
    }
  }
  return { isProxied: true, path: path.replace(/\/+$/, '') }
}
