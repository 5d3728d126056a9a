import { createHash, randomUUID } from 'node:crypto'
import { basename } from 'node:path'
import { refuse } from './errors.js'
import type { Exchange } from './exchange.js'
import type { Asset } from './experiment.js'
import { formParts } from './multipart.js'
import type { Routes } from './routes.js'
import type { Store } from './store.js'

const ROOT = '/api/rest/v2'

/** Uploads and downloads of files. */
export const assetRoutes: Routes = {
  // comet-java-sdk QueryParamName.java, FormParamName.java: all but the bytes is in the query.
  [`POST ${ROOT}/write/experiment/upload-asset`]: (exchange, store) => {
    const experiment = store.find(exchange.query.get('experimentKey'))
    const made = assetOf(exchange, store)
    const isReplaced = exchange.query.get('overwrite') === 'true'
    const old = experiment.assets.findIndex(({ fileName }) => fileName === made.fileName)
    if (isReplaced && old >= 0) experiment.assets.splice(old, 1)
    experiment.assets.push(made)
    return { msg: 'Saved' }
  },
  // comet-java-sdk ApiEndpoints.java GET_ASSET_INFO.
  [`GET ${ROOT}/experiment/asset/list`]: ({ query }, store) => {
    const wanted = query.get('type') ?? 'all'
    const assets = store
      .find(query.get('experimentKey'))
      .assets.filter((asset) => store.isVisible(asset))
      .filter(({ type }) => wanted === 'all' || type === wanted)
      .map(({ assetId, fileName, type, bytes, metadata, query: given }) => ({
        assetId,
        fileName,
        type,
        metadata,
        fileSize: bytes.length,
        step: given.step === undefined ? null : Number(given.step),
        runContext: given.context ?? null,
        remote: given.isRemote === 'true',
      }))
    return { assets }
  },
  [`GET ${ROOT}/experiment/asset/get-asset`]: ({ query }, store) => {
    const { assets } = store.find(query.get('experimentKey'))
    const found = assets.find(({ assetId }) => assetId === query.get('assetId'))
    return found?.bytes ?? refuse(404, 0, 'No such asset')
  },
}

/**
 * cometr test-experiment-methods.R: the name falls back to the file's, a remote one's to its
 * address.
 */
function assetOf({ query, headers, body }: Exchange, { now }: Store): Asset {
  const parts = formParts(headers['content-type'], body)
  const [file, link, metadata] = ['file', 'link', 'metadata'].map((name) =>
    parts.find((part) => part.name === name),
  )
  const isRemote = query.get('isRemote') === 'true'
  if (!isRemote && !file) return refuse(400, 0, 'The form has no part "file"')
  const bytes = (isRemote ? link : file)?.bytes ?? Buffer.alloc(0)
  const fallback = isRemote ? basename(bytes.toString('utf8')) : file?.fileName
  return {
    assetId: randomUUID().replaceAll('-', ''),
    fileName: query.get('fileName') ?? fallback ?? 'file',
    type: query.get('type') ?? 'asset',
    bytes: Buffer.from(bytes),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    metadata: metadata?.bytes.toString('utf8'),
    query: Object.fromEntries(query),
    at: now,
  }
}
