import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromiumPath } from './browser-page.js'
import { type RunsSize, writeRuns } from './dashboard-runs.js'
import { browserPage } from './devtools-page.js'
import { median } from './statistics.js'

/** How long a process took to read all tables. */
export interface Reading {
  readonly wallMs: number
  readonly cpuMs: number
  /** Address of the page, if it is served. */
  readonly url?: string
}

/** A round: each reader in a process of its own that has read nothing before. */
export interface LoadRound {
  readonly dashboard: Reading
  readonly plain: Reading
  /** From the address to all charts drawn; absent without a browser. */
  readonly pageMs?: number
}

const FULL: RunsSize & { readonly rounds: number } = { runs: 20, steps: 100_000, rounds: 5 }
const QUICK: RunsSize & { readonly rounds: number } = { runs: 2, steps: 1000, rounds: 1 }

/** How long runs take until they are on a page, beside a plain reader of the same files. */
export async function measureDashboard(isQuick: boolean): Promise<LoadRound[]> {
  const { rounds, ...size } = isQuick ? QUICK : FULL
  const root = mkdtempSync(join(tmpdir(), 'regimen-bench-runs-'))
  try {
    const paths = writeRuns(root, size)
    const found: LoadRound[] = []
    for (let round = 0; round < rounds; round++) found.push(await measureRound(root, paths))
    process.stdout.write(`${loadTable(size, found)}\n`)
    return found
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

/** The rounds as a table. */
export function loadTable({ runs, steps }: RunsSize, rounds: readonly LoadRound[]): string {
  const row = (title: string, values: readonly number[], of?: readonly number[]) => {
    const ratio = of ? (median(values) / median(of)).toFixed(2) : ''
    return `| ${title} | ${Math.min(...values).toFixed(0)} | ${median(values).toFixed(0)} | ${ratio} |`
  }
  const plain = rounds.map((one) => one.plain)
  const ours = rounds.map(({ dashboard }) => dashboard)
  const wall = (readings: readonly Reading[]) => readings.map(({ wallMs }) => wallMs)
  const cpu = (readings: readonly Reading[]) => readings.map(({ cpuMs }) => cpuMs)
  const pages = rounds.flatMap(({ pageMs }) => pageMs ?? [])
  const whole = rounds.flatMap(({ dashboard, pageMs }) =>
    pageMs === undefined ? [] : dashboard.wallMs + pageMs,
  )
  return [
    `### The dashboard: ${runs} runs of ${steps} steps with two metrics`,
    '',
    '| what | best ms | median ms | of the plain reader |',
    '| --- | --- | --- | --- |',
    row('readFile, split, Number', wall(plain)),
    row('the same, time of processors', cpu(plain)),
    row('regimen view reads', wall(ours), wall(plain)),
    row('the same, time of processors', cpu(ours), cpu(plain)),
    ...(pages.length > 0 ? [row('its page loads', pages), row('both', whole, wall(plain))] : []),
    '',
  ].join('\n')
}

async function measureRound(root: string, paths: readonly string[]): Promise<LoadRound> {
  const plain = await inChild(['plain', root, ...paths], async () => undefined)
  const browser = chromiumPath()
  const dashboard = await inChild(['serve', root], async ({ url }) =>
    browser && url ? pageTime(browser, url) : undefined,
  )
  const { used: pageMs } = dashboard
  return {
    plain: plain.reading,
    dashboard: dashboard.reading,
    ...(pageMs !== undefined && { pageMs }),
  }
}

/** Starts a reader, uses it when it has read, and ends it. */
async function inChild<T>(args: readonly string[], use: (reading: Reading) => Promise<T>) {
  const script = fileURLToPath(new URL('dashboard-child.js', import.meta.url))
  const child = fork(script, [...args], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  const ended = once(child, 'exit')
  const early = ended.then(([code]) => {
    throw new Error(`The reader ended with ${code} before it had read.`)
  })
  early.catch(() => undefined)
  try {
    const [reading] = (await Promise.race([once(child, 'message'), early])) as [Reading]
    const used = await use(reading)
    child.send('end')
    await ended
    return { reading, used }
  } finally {
    child.kill('SIGKILL')
  }
}

/** Milliseconds from the start of a navigation until all charts are on the screen. */
async function pageTime(browser: string, url: string): Promise<number> {
  const page = await browserPage(browser)
  try {
    await page.open(url)
    return await page.evaluate<number>(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now()))))',
    )
  } finally {
    await page.close()
  }
}
