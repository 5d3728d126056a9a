import { posix } from 'node:path'

/** Letters and digits of any script, and what MLflow allows besides; colons since MLflow 3. */
const ALLOWED = /^[\p{L}\p{N}_/.\- :]*$/u
const LONGEST = 250

/** Why MLflow takes no metric, parameter or tag of a name; nothing if it does (mlflow/utils/validation.py). */
export function faultOfName(name: string): string | undefined {
  if (name === '') return 'it is empty'
  if (!ALLOWED.test(name))
    return 'MLflow allows letters, digits, "_", "-", ".", ":", "/" and spaces'
  if (name.length > LONGEST) return `MLflow allows ${LONGEST} characters`
  return isPlainPath(name) ? undefined : 'as a path it would lead to another name'
}

/** Why there can be no artifact of a path; nothing if there can. */
export function faultOfPath(path: string): string | undefined {
  const isPlain = path !== '' && isPlainPath(path) && !/[\\#?%]/.test(path)
  return isPlain
    ? undefined
    : 'MLflow needs a relative path without "..", "#", "?" or "%"'
}

function isPlainPath(path: string): boolean {
  const normal = posix.normalize(path)
  return (
    normal === path && normal !== '.' && !/^(\.\.|\/)/.test(normal) && !path.endsWith('/')
  )
}
