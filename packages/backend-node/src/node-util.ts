import util from 'node:util'

const REMOVED: Readonly<Record<string, (value: unknown) => boolean>> = {
  isArray: (value) => Array.isArray(value),
  isNullOrUndefined: (value) => value === null || value === undefined,
  isUndefined: (value) => value === undefined,
}

/**
 * Gives `node:util` the functions back that Node 23 took out and tfjs-node 4.22 calls in optimizers,
 * `topk` and wherever an operation gets a list. Those that are there stay as they are.
 */
export function restoreNodeUtil(target: object = util): void {
  for (const [name, value] of Object.entries(REMOVED)) {
    if (name in target) continue
    Object.defineProperty(target, name, { value, configurable: true, writable: true })
  }
}
