import { mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Holder, ownHolder } from '@regimen/core/files'
import { onTestFinished } from 'vitest'

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'regimen-runs-')))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

interface RunContent {
  readonly suffix?: string
  readonly table?: string
  readonly hparams?: string
  /** Content of `run.json`: none if absent. Its holder is a process that has ended unless it names one. */
  readonly facts?: {
    readonly status: string
    readonly startedAt: number
    readonly endedAt?: number
    readonly holder?: Holder
  }
}

const TABLE = 'epoch,step,source,interval,loss\n0,9,train,epoch,1\n1,19,train,epoch,0.5\n'

/** The folder of a run, as `logger-csv` leaves it. */
export function runFolder(root: string, id: string, content: RunContent = {}): string {
  const { suffix = '', table = TABLE, hparams = 'rate: 0.1\n', facts } = content
  const folder = join(root, id)
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `metrics${suffix}.csv`), table)
  writeFileSync(join(folder, `metrics${suffix}.jsonl`), '')
  writeFileSync(join(folder, `hparams${suffix}.yaml`), hparams)
  if (facts) {
    const whole = { runId: 'a', holder: { ...ownHolder(), started: 'x' }, ...facts }
    writeFileSync(join(folder, `run${suffix}.json`), JSON.stringify(whole))
  }
  return folder
}

/** A folder of checkpoints of the run `a`, as `plugin-checkpoint` leaves it: sizes of files by label. */
export function checkpointFolder(
  root: string,
  id: string,
  sizes: Readonly<Record<string, number>>,
): void {
  const folder = join(root, id)
  mkdirSync(folder, { recursive: true })
  const files = Object.entries(sizes).map(([label, size], sequence) => {
    const file = `${label}.safetensors`
    writeFileSync(join(folder, file), Buffer.alloc(size))
    const modifiedMs = statSync(join(folder, file)).mtimeMs
    const place = { epoch: 1, batch: 0, step: 20, score: 0.5, monitor: 'loss', sequence }
    return { file, ...place, run: 'r', savedAt: 0, sha256: '', size, modifiedMs }
  })
  writeFileSync(join(folder, 'index.json'), JSON.stringify({ format: 1, logs: ['a'], files }))
}
