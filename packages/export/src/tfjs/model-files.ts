import { createHash } from 'node:crypto'
import { io } from '@tensorflow/tfjs-core'
import type { Files } from '../files/write-files.js'

/** The name of the file that `tf.loadLayersModel` is given. */
export const MODEL_FILE = 'model.json'
/** Names of files with weights: which of how many, and the beginning of their hash. */
export const WEIGHTS_FILE = /^weights-\d+of\d+-[0-9a-f]{12}\.bin$/

/**
 * A model as files: weights in parts of a size, and `model.json`, which names them. A part is named after its
 * content, so that a new `model.json` never meets old weights; `model.json` is the last.
 */
export function modelFiles(artifacts: io.ModelArtifacts, shardBytes: number): Files {
  const { weightData, weightSpecs = [], ...rest } = artifacts
  const bytes = new Uint8Array(io.CompositeArrayBuffer.join(weightData))
  const count = Math.max(1, Math.ceil(bytes.length / shardBytes))
  const shards = Array.from({ length: count }, (_, at): [string, Uint8Array] => {
    const part = bytes.subarray(at * shardBytes, (at + 1) * shardBytes)
    const hash = createHash('sha256').update(part).digest('hex').slice(0, 12)
    return [`weights-${at + 1}of${count}-${hash}.bin`, part]
  })
  const manifest = [{ paths: shards.map(([name]) => name), weights: weightSpecs }]
  const json = { ...rest, weightsManifest: manifest }
  return { ...Object.fromEntries(shards), [MODEL_FILE]: JSON.stringify(json) }
}
