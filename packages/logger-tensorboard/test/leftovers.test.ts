import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ProcessSystem, processMark, thisSystem } from '@regimen/core/files'
import { expect, it } from 'vitest'
import { Stand, temporaryFolder } from './helpers/stand.js'

/** A process that was killed. */
function killed(): ProcessSystem {
  const { pid } = spawnSync(process.execPath, ['-e', 'process.kill(process.pid, "SIGKILL")'])
  return { ...thisSystem, pid, startedAt: () => '1' }
}

/** A folder in which a process had begun a run and written nothing. */
function begun(parent: string, version: number, system: ProcessSystem): void {
  const folder = join(parent, `version_${version}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `claim.${processMark(system)}.tmp`), '')
  writeFileSync(join(folder, `.hparams.yaml.${processMark(system)}-0.tmp`), '')
}

it('what a killed process left is removed by the next run, what others have under way is not', async () => {
  const root = temporaryFolder()
  const parent = join(root, 'tensorboard')
  begun(parent, 0, killed())
  begun(parent, 1, thisSystem)
  begun(parent, 2, { ...killed(), host: 'elsewhere' })
  mkdirSync(join(parent, 'version_3'))
  begun(parent, 4, killed())
  const stand = await Stand.open(root)
  await stand.close()
  expect(readdirSync(parent)).toEqual(['version_1', 'version_2', 'version_3', 'version_5'])
  for (const version of [1, 2])
    expect(readdirSync(join(parent, `version_${version}`))).toHaveLength(2)
  expect(readdirSync(stand.logDir)).toEqual([expect.stringMatching(/^events/)])
})

it('a run that resumes tidies too, its own folder and those beside it', async () => {
  const root = temporaryFolder()
  const first = await Stand.open(root)
  await first.close()
  const files = readdirSync(first.logDir)
  writeFileSync(join(first.logDir, `.hparams.yaml.${processMark(killed())}-0.tmp`), '')
  begun(join(root, 'tensorboard'), 1, killed())
  const resumed = await Stand.open(root, {}, { state: first.state })
  await resumed.close()
  expect(resumed.logDir).toBe(first.logDir)
  expect(readdirSync(first.logDir)).toEqual(expect.arrayContaining(files))
  expect(readdirSync(first.logDir).filter((name) => name.endsWith('.tmp'))).toEqual([])
  expect(readdirSync(join(root, 'tensorboard'))).toEqual(['version_0'])
})
