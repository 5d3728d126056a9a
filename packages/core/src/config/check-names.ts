import { dirname, isAbsolute, relative, resolve } from 'node:path'
import { RegimenError } from '../floor/errors.js'
import { quote } from '../floor/quote.js'

/** Files that hold data only: what they name must be a name, or a file of the project. */
const DATA_FILE = /\.(json|ya?ml)$/
/** What npm allows in the part of a package's name behind the scope, with no sign that ends it. */
const PACKAGE_NAME = /^[a-z\d][a-z\d._-]{0,190}$/
/** How URLs (`file:`, `data:`, `node:`) and Windows drives begin. */
const SCHEME = /^[a-z][a-z\d+.-]*:/i
const RUNS_CODE = 'Only trainer.config.ts (or .js) may import anything else.'

/** Whether a config is a file of data, JSON or YAML, rather than a program. */
export const isDataFile = (path: string): boolean => DATA_FILE.test(path)

/**
 * Checks the name of a plugin: it becomes a part of a package's name, so nothing in it may lead
 * elsewhere.
 *
 * @param where the file and the place in it, for the error
 * @throws REG_CONFIG_INVALID
 */
export function checkPluginName(name: string, where: string): string {
  if (PACKAGE_NAME.test(name)) return name
  const wanted =
    'the name of a plugin such as "early-stopping", in lower-case letters, digits, "-"'
  const text = `${where} is ${quote(name)}; expected ${wanted}. ${RUNS_CODE}`
  throw new RegimenError('REG_CONFIG_INVALID', text, {
    data: { found: name, expected: wanted },
  })
}

/**
 * The file that `module` or `data` names in a config of JSON or YAML.
 *
 * @param key which of the two
 * @param config path of the config
 * @param root folder of the project, which the file must be in
 * @throws REG_CONFIG_INVALID for URLs, files outside the project and signs that no path has
 */
export function checkedFile(
  value: string,
  { key, config, root }: Record<'key' | 'config' | 'root', string>,
): string {
  const path = resolve(dirname(config), value)
  const fromRoot = relative(root, path)
  const isOutside =
    fromRoot === '' || isAbsolute(fromRoot) || /^\.\.(?:[\\/]|$)/.test(fromRoot)
  const found = SCHEME.test(value)
    ? 'which is a URL'
    : /[\\\0]/.test(value)
      ? 'which has a sign that no portable path has'
      : value === '' || isOutside
        ? `which is outside of ${root}`
        : undefined
  if (found === undefined) return path
  const wanted = 'the path of a file of this project, such as "./model.ts"'
  const text = `${config}: "${key}" is ${quote(value)}, ${found}; expected ${wanted}. ${RUNS_CODE}`
  throw new RegimenError('REG_CONFIG_INVALID', text, {
    data: { file: config, option: key, found: value, expected: wanted },
  })
}

/**
 * Checks what a config of JSON or YAML holds: no key that a parser or a merge may act upon.
 *
 * @throws REG_CONFIG_INVALID
 */
export function checkDataFile(content: unknown, path: string): void {
  const waiting: (readonly [value: unknown, place: string])[] = [[content, '']]
  const seen = new Set<unknown>()
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const [value, place] = next
    if (typeof value !== 'object' || value === null || seen.has(value)) continue
    seen.add(value)
    for (const [key, inner] of Object.entries(value)) {
      const here = place === '' ? key : `${place}.${key}`
      if (key === '__proto__' || key === '$import') {
        const text = `${path}: the key ${quote(here)} is not allowed. ${RUNS_CODE}`
        throw new RegimenError('REG_CONFIG_INVALID', text, {
          data: { file: path, option: here },
        })
      }
      waiting.push([inner, here])
    }
  }
}
