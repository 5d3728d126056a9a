import { AsyncLocalStorage } from 'node:async_hooks'
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { Server, Socket } from 'node:net'
import { type Replacement, replaceAll } from '../replaced-globals.js'

/** Something that a plugin did to disk or network. */
export interface Write {
  /** The hook it was done in, or `apply`, `saveState`, `dispose`. */
  readonly place: string
  /** What was called with what: `writeFileSync("a.txt")`. */
  readonly call: string
}

const CHANGING = [
  'appendFile',
  'copyFile',
  'cp',
  'link',
  'mkdir',
  'mkdtemp',
  'rename',
  'rm',
  'rmdir',
  'symlink',
  'truncate',
  'unlink',
  'writeFile',
]

/**
 * Records what the code under {@link WriteWatch.inside} does to disk and network. Code is followed
 * through promises and timers, so that nothing of other code is recorded. Functions of `node:fs` are
 * watched however they are imported, but for one that somebody took aside before.
 */
export class WriteWatch {
  readonly writes: Write[] = []
  readonly #place = new AsyncLocalStorage<string>()

  /** Runs the plugin's code in a place. */
  inside<Result>(place: string, fn: () => Result): Result {
    return this.#place.run(place, fn)
  }

  /** @returns a function that ends the watching */
  start(): () => void {
    const putBack = replaceAll([
      ...this.#watched(fs, CHANGING, ''),
      ...this.#watched(fs, CHANGING, 'Sync'),
      ...this.#watched(fs.promises, CHANGING, ''),
      ...this.#watched(fs, ['createWriteStream'], ''),
      ...this.#watched(fs, ['open'], '', opensForWriting),
      ...this.#watched(fs, ['open'], 'Sync', opensForWriting),
      ...this.#watched(fs.promises, ['open'], '', opensForWriting),
      ...this.#watched(Socket.prototype, ['connect'], ''),
      ...this.#watched(Server.prototype, ['listen'], ''),
      ...this.#watched(globalThis, ['fetch'], ''),
    ])
    syncBuiltinESMExports()
    return () => {
      putBack()
      syncBuiltinESMExports()
    }
  }

  #watched(
    owner: object,
    names: readonly string[],
    ending: string,
    isWrite: (args: readonly unknown[]) => boolean = () => true,
  ): Replacement[] {
    const functions = owner as Record<string, unknown>
    return names.flatMap((base) => {
      const name = base + ending
      const real = functions[name]
      if (typeof real !== 'function') return []
      const record = (args: readonly unknown[]) => {
        const place = this.#place.getStore()
        if (place !== undefined && isWrite(args)) {
          this.writes.push({
            place,
            call: `${name}(${JSON.stringify(describe(args[0]))})`,
          })
        }
      }
      const watched = function (this: unknown, ...args: unknown[]): unknown {
        record(args)
        return Reflect.apply(real, this, args)
      }
      return [[owner, name, Object.assign(watched, real)] as const]
    })
  }
}

function describe(target: unknown): string {
  if (typeof target !== 'object' || target instanceof URL) return String(target)
  const { host, port, url } = Object(target) as Record<string, unknown>
  return String(url ?? (host === undefined ? (port ?? typeof target) : `${host}:${port}`))
}

function opensForWriting([, flags = 'r']: readonly unknown[]): boolean {
  if (typeof flags === 'number')
    return (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0
  return typeof flags === 'string' && /[wa+]/.test(flags)
}
