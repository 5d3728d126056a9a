import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json } from '@regimen/core'
import { type ProcessSystem, processMark, thisSystem } from '@regimen/core/files'

/** A run that was opened and closed without a record. */
export interface EmptyRun {
  /** Folder of its files. */
  readonly logDir: string
  /** What the writer keeps with the run. */
  readonly state: ReadonlyMap<string, Json>
}

/** A writer of files on trial. */
export interface LeftoverSubject {
  /** Folder of all runs, below the root. */
  readonly name: string
  /** What the names of the files of a run without records match, in their order. */
  readonly files: readonly RegExp[]
  /** Opens and closes a run below a root: a new one, or the one whose state is given. */
  run(rootDir: string, state?: ReadonlyMap<string, Json>): Promise<EmptyRun>
}

/** One case of the suite. */
export interface LeftoverCase {
  /** A sentence about what holds. */
  readonly name: string
  /** @throws AssertionError if it does not hold */
  run(): Promise<void>
}

/**
 * What processes that were killed leave in the folders of a logger that writes files, and that the
 * next run tidies it and nothing else; as cases for any test runner.
 *
 * @example
 * ```ts no-run
 * it.each(leftoverSuite(subject))('$name', ({ run }) => run())
 * ```
 */
export function leftoverSuite(subject: LeftoverSubject): LeftoverCase[] {
  const inFolder = (
    name: string,
    play: (root: string) => Promise<void>,
  ): LeftoverCase => ({
    name,
    async run() {
      const root = mkdtempSync(join(tmpdir(), 'regimen-leftovers-'))
      try {
        await play(root)
      } finally {
        rmSync(root, { recursive: true, force: true })
      }
    },
  })
  return [
    inFolder(
      'what a killed process left is removed by the next run, what others have under way is not',
      async (root) => {
        const parent = join(root, subject.name)
        beginFolder(parent, 0, killedProcess())
        beginFolder(parent, 1, thisSystem)
        beginFolder(parent, 2, { ...killedProcess(), host: 'elsewhere' })
        mkdirSync(join(parent, 'version_3'))
        beginFolder(parent, 4, killedProcess())
        const { logDir } = await subject.run(root)
        const left = ['version_1', 'version_2', 'version_3', 'version_5']
        assert.deepEqual(readdirSync(parent), left)
        for (const version of ['version_1', 'version_2']) {
          assert.equal(readdirSync(join(parent, version)).length, 2)
        }
        expectFiles(logDir, subject.files)
      },
    ),
    inFolder(
      'a run that resumes tidies too, its own folder and those beside it',
      async (root) => {
        const parent = join(root, subject.name)
        const first = await subject.run(root)
        const files = readdirSync(first.logDir)
        writeFileSync(
          join(first.logDir, `.hparams.yaml.${processMark(killedProcess())}-0.tmp`),
          '',
        )
        beginFolder(parent, 1, killedProcess())
        const resumed = await subject.run(root, first.state)
        assert.equal(resumed.logDir, first.logDir)
        const found = readdirSync(first.logDir)
        for (const file of files) assert(found.includes(file), `${file} is gone`)
        const unfinished = found.filter((name) => name.endsWith('.tmp'))
        assert.deepEqual(unfinished, [])
        assert.deepEqual(readdirSync(parent), ['version_0'])
      },
    ),
  ]
}

/** A process that was killed. */
function killedProcess(): ProcessSystem {
  const { pid } = spawnSync(process.execPath, [
    '-e',
    'process.kill(process.pid, "SIGKILL")',
  ])
  return { ...thisSystem, pid, startedAt: () => '1' }
}

/** A folder in which a process had begun a run and written nothing. */
function beginFolder(parent: string, version: number, system: ProcessSystem): void {
  const folder = join(parent, `version_${version}`)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `claim.${processMark(system)}.tmp`), '')
  writeFileSync(join(folder, `.hparams.yaml.${processMark(system)}-0.tmp`), '')
}

function expectFiles(folder: string, files: readonly RegExp[]): void {
  const names = readdirSync(folder).sort()
  assert.equal(names.length, files.length, names.join(', '))
  for (const [index, name] of names.entries()) assert.match(name, files[index] as RegExp)
}
