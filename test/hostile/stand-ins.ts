import { execFileSync } from 'node:child_process'
import { existsSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import type { Attack, Scene } from './scene.js'
import { FOLDER, leave } from './spool-scene.js'

const REFUSAL = /failed: its manifest\.json is damaged, or something that is no file stands for one/

const pathIn = ({ root }: Scene, name: string) => join(root, FOLDER, name)

/** Puts the file outside, and a link to it in its place. */
function link(scene: Scene, name: string): void {
  const [inside, outside] = [pathIn(scene, name), join(scene.outside, '..', `moved-${name}`)]
  if (existsSync(inside)) renameSync(inside, outside)
  else scene.write({ [`../moved-${name}`]: '' })
  symlinkSync(outside, inside)
}

function pipe(scene: Scene, name: string): void {
  rmSync(pathIn(scene, name), { force: true })
  execFileSync('mkfifo', [pathIn(scene, name)])
}

/** Spools in which something else stands in the place of a file, which reading might never end. */
export function standIns(act: Attack['act']): readonly Attack[] {
  const kinds = { link, ...(process.platform === 'win32' ? {} : { pipe }) }
  return Object.entries(kinds).flatMap(([kind, put]) =>
    ['manifest.json', 'acks', 'lock', '000001.jsonl'].map((name) => ({
      name: `a spool with a ${kind} for its ${name}`,
      refusal: REFUSAL,
      arrange(scene: Scene) {
        leave(scene, {})
        put(scene, name)
      },
      act,
    })),
  )
}
