import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { RegimenError } from '@regimen/core'
import { describeFileError } from '@regimen/core/files'
import { io } from '@tensorflow/tfjs-core'
import { writeFiles } from '../files/write-files.js'
import { MODEL_FILE, modelFiles } from './model-files.js'
import { removeOldWeights } from './old-weights.js'

/** Bytes of a file of weights at most: what tfjs takes for a good size to download. */
export const SHARD_BYTES = 4 * 2 ** 20

/**
 * Saves a model to a folder and loads it from there, in Node, without `tfjs-node`. Files of an earlier save are
 * replaced, all at once or not at all.
 *
 * @throws REG_EXPORT_WRITE on saving, REG_CHECKPOINT_MISSING on loading
 * @example
 * ```ts no-run
 * import { loadLayersModel } from '@tensorflow/tfjs-layers'
 * const model = await loadLayersModel(folderHandler('exported'))
 * ```
 */
export function folderHandler(folder: string): io.IOHandler {
  return {
    async save(artifacts) {
      const files = modelFiles(artifacts, SHARD_BYTES)
      await writeFiles(folder, files, { force: true })
      removeOldWeights(folder, files)
      return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON(artifacts) }
    },
    load: () => loadFolder(folder),
  }
}

async function loadFolder(folder: string): Promise<io.ModelArtifacts> {
  const path = join(resolve(folder), MODEL_FILE)
  try {
    const json = JSON.parse(readFileSync(path, 'utf8')) as io.ModelJSON
    return await io.getModelArtifactsForJSON(json, async (manifest) => {
      const parts = await Promise.all(
        manifest.flatMap(({ paths }) => paths).map((name) => readPart(folder, name)),
      )
      const specs = manifest.flatMap(({ weights }) => weights)
      return [specs, io.CompositeArrayBuffer.join(parts)]
    })
  } catch (thrown) {
    const isSystem = (thrown as NodeJS.ErrnoException).code !== undefined
    const why = isSystem ? describeFileError(thrown) : (thrown as Error).message
    const text = `No model could be loaded from ${path}: ${why}.`
    throw new RegimenError('REG_CHECKPOINT_MISSING', text, {
      cause: thrown,
      data: { path },
    })
  }
}

async function readPart(folder: string, name: string): Promise<ArrayBuffer> {
  if (basename(name) !== name || name === '..')
    throw new Error(`it names "${name}", which is not a file of its folder`)
  const { buffer, byteOffset, byteLength } = await readFile(join(folder, name))
  return (buffer as ArrayBuffer).slice(byteOffset, byteOffset + byteLength)
}
