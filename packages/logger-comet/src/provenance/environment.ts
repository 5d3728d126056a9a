import { readFileSync, statSync } from 'node:fs'
import type { Extra } from './extras.js'

/** A script larger than this is a bundle rather than code that a person wrote. */
const LARGEST_SCRIPT = 2 ** 20

/** A script and its path; nothing where there is none that can be read. */
export function codeOf(script: string | undefined): Extra[] {
  if (script === undefined) return []
  try {
    if (statSync(script).size > LARGEST_SCRIPT) return []
    return [
      { endpoint: 'file-path', fields: { filePath: script } },
      { endpoint: 'code', fields: { code: readFileSync(script, 'utf8') } },
    ]
  } catch {
    return []
  }
}
