import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from '@regimen/core'
import { describe, expect, it } from 'vitest'
import { train } from './train.js'

/** Why the real binding cannot be used here; nothing where it can. */
function absence(binding: string): string | undefined {
  let folder: string
  try {
    folder = dirname(createRequire(import.meta.url).resolve(`${binding}/package.json`))
  } catch {
    return 'not installed'
  }
  const library = join(folder, 'lib')
  const versions = existsSync(library) ? readdirSync(library) : []
  const isThere = versions.some((name) => existsSync(join(library, name, 'tfjs_binding.node')))
  return isThere ? undefined : 'installed without its native library'
}

/** The tests of an engine on its real binding. One file each: both bindings cannot be in one process. */
export function testRealBinding(binding: string, engine: () => Plugin): void {
  describe(binding, () => {
    const reason = absence(binding)
    if (reason) process.stdout.write(`Not trained on the real ${binding}: ${reason}.\n`)

    it.skipIf(reason !== undefined)('trains', async () => {
      const result = await train(engine()).catch((thrown: Error) => thrown)
      if (result instanceof Error) expect(result.message).toMatch(/sees no GPU.*Found here/)
      else expect(result).toMatchObject({ backend: 'tensorflow', loss: 9 })
    })

    it.skipIf(reason !== 'not installed')('says what to install', async () => {
      await expect(train(engine())).rejects.toMatchObject({
        code: 'REG_ENGINE_FAILED',
        message: expect.stringContaining(
          `${binding} is not installed. Run npm install ${binding}@4`,
        ),
      })
    })
  })
}
