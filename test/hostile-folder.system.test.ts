import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkpointAttacks } from './hostile/checkpoints.js'
import { configAttacks } from './hostile/config-names.js'
import { type Attack, KEY, openScene, type Scene } from './hostile/scene.js'
import { spoolAttacks } from './hostile/spools.js'

let scene: Scene
const before = process.env.COMET_API_KEY
beforeEach(async () => {
  scene = await openScene()
  process.env.COMET_API_KEY = KEY
})
afterEach(() => {
  scene.close()
  if (before === undefined) delete process.env.COMET_API_KEY
  else process.env.COMET_API_KEY = before
})

/** What an attack ends with: the text of its error, or nothing. */
async function outcomeOf({ arrange, act }: Attack): Promise<string> {
  await arrange(scene)
  try {
    await act(scene)
    return ''
  } catch (thrown) {
    return String(thrown)
  }
}

describe('the traces by which an attack would be noticed', () => {
  it('show code that runs', async () => {
    scene.write({ 'evil.mjs': scene.evil })
    await import(/* @vite-ignore */ `${scene.root}/evil.mjs`)
    expect(scene.traces()).toEqual(['code wrote a file', 'code set a global'])
  })

  it('show a key that is sent', async () => {
    await fetch(scene.url, { headers: { authorization: KEY } })
    expect(scene.traces()).toHaveLength(1)
  })
})

describe.each<[string, readonly Attack[]]>([
  ['a config', configAttacks],
  ['checkpoints', checkpointAttacks],
  ['a spool', spoolAttacks],
])('a hostile folder: %s', (_, attacks) => {
  it.each(attacks)('$name', async (attack) => {
    const outcome = await outcomeOf(attack)
    expect(scene.traces()).toEqual([])
    if (attack.refusal) expect(outcome).toMatch(attack.refusal)
  })
})
