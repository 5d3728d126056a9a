import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Holder, ownHolder } from '@regimen/core/files'
import { AppendFile, replaceFile } from '@regimen/logger-kit/files'
import type { RunStatus } from '@regimen/logger-kit/writer'
import { cutTornLine, TableFile } from './table-file.js'
import { parseYaml, type YamlEntries, yamlOf } from './yaml.js'

/** A file that is made of one piece. */
interface YamlFile {
  readonly path: string
  readonly head: string
  entries: YamlEntries
}

/** The files of one run in a folder. */
export class RunFiles {
  private constructor(
    readonly table: TableFile,
    readonly log: AppendFile,
    readonly yaml: YamlFile,
    readonly factsPath: string,
  ) {}

  /** New files: `metrics.csv` and so on. @returns nothing if one of that number is there already */
  static async create(
    folder: string,
    { number, runId }: RunNumber,
  ): Promise<RunFiles | undefined> {
    const paths = pathsOf(folder, number)
    const undo: (() => Promise<void>)[] = []
    try {
      const log = await AppendFile.create(paths.log)
      undo.push(
        () => log.close(),
        () => rm(paths.log),
      )
      const table = await TableFile.create(paths.table)
      undo.push(
        () => table.close(),
        () => rm(paths.table),
      )
      const yaml = { path: paths.yaml, head: headOf(runId), entries: new Map() }
      await writeFile(yaml.path, yamlOf(yaml.head, yaml.entries), { flag: 'wx' })
      return new RunFiles(table, log, yaml, paths.facts)
    } catch (thrown) {
      for (const step of undo) await step()
      if ((thrown as NodeJS.ErrnoException).code === 'EEXIST') return undefined
      throw thrown
    }
  }

  /** Continues the files of a run. @returns nothing if they do not exist or belong to another run */
  static async reopen(
    folder: string,
    { number, runId }: RunNumber,
  ): Promise<RunFiles | undefined> {
    const paths = pathsOf(folder, number)
    try {
      const { comment, entries } = parseYaml(await readFile(paths.yaml, 'utf8'))
      if (comment !== headOf(runId)) return undefined
      const log = await AppendFile.reopen(paths.log, async (file) => {
        await cutTornLine(file)
      })
      const table = await TableFile.reopen(paths.table).catch(async (thrown) => {
        await log.close()
        throw thrown
      })
      const yaml = { path: paths.yaml, head: comment, entries }
      return new RunFiles(table, log, yaml, paths.facts)
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw thrown
    }
  }

  /** Appends whole lines, or nothing. */
  async appendLines(lines: string): Promise<void> {
    if (lines === '') return
    try {
      if (this.log.isTorn) await this.log.cut()
      await this.log.append(Buffer.from(lines))
    } catch (thrown) {
      await this.log.cut().catch(() => undefined)
      throw thrown
    }
  }

  /** Adds hyperparameters, of which later ones replace earlier ones. */
  async addParameters(entries: readonly (readonly [string, string])[]): Promise<void> {
    if (entries.length === 0) return
    const { path, head, entries: known } = this.yaml
    const all = new Map([...known, ...entries])
    await replaceFile(path, yamlOf(head, all))
    this.yaml.entries = all
  }

  /** Says how the run goes, and which process writes it: for whoever lists runs or removes old ones. */
  async writeFacts(facts: RunFacts): Promise<void> {
    const whole = { ...facts, holder: ownHolder() } satisfies RunFacts & {
      holder: Holder
    }
    await replaceFile(this.factsPath, `${JSON.stringify(whole, undefined, 2)}\n`)
  }

  async close(): Promise<void> {
    await this.table.close()
    await this.log.close()
  }
}

/** How a run goes; times in milliseconds since 1970. */
export interface RunFacts {
  readonly runId: string
  readonly startedAt: number
  readonly endedAt?: number
  readonly status: 'running' | RunStatus
}

/** A run, and the number in the names of its files: 1 if there is none. */
export interface RunNumber {
  readonly number: number
  readonly runId: string
}

function headOf(runId: string): string {
  return `Hyperparameters of run ${runId}.`
}

function pathsOf(folder: string, number: number) {
  const suffix = number === 1 ? '' : `-${number}`
  return {
    table: join(folder, `metrics${suffix}.csv`),
    log: join(folder, `metrics${suffix}.jsonl`),
    yaml: join(folder, `hparams${suffix}.yaml`),
    facts: join(folder, `run${suffix}.json`),
  }
}
