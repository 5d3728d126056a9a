import { type CpuInfo, cpus, freemem, loadavg, totalmem } from 'node:os'
import type { Extra } from '../provenance/extra.js'

/** What is read from the machine; replaced in tests. */
export interface Machine {
  cpus(): readonly Pick<CpuInfo, 'times'>[]
  totalmem(): number
  freemem(): number
  loadavg(): readonly number[]
}

const THIS: Machine = { cpus, totalmem, freemem, loadavg }

/** Measures the machine between two calls. */
export class SystemLoad {
  readonly #machine: Machine
  #before: readonly Pick<CpuInfo, 'times'>[]

  constructor(machine: Machine = THIS) {
    this.#machine = machine
    this.#before = machine.cpus()
  }

  /**
   * Utilization of each core in percent since the last call, memory in bytes, load of the last
   * minute.
   */
  sample(): Extra[] {
    const now = this.#machine.cpus()
    const busy = now.map((cpu, core) => percentBusy(cpu, this.#before[core] ?? cpu))
    this.#before = now
    const total = this.#machine.totalmem()
    const ram = { totalRam: total, usedRam: total - this.#machine.freemem() }
    return [
      { endpoint: 'cpu-metrics', fields: { cpuPercentUtilization: busy } },
      { endpoint: 'ram-metrics', fields: ram },
      {
        endpoint: 'load-metrics',
        fields: { loadAverage: this.#machine.loadavg()[0] ?? 0 },
      },
    ]
  }
}

function percentBusy(
  now: Pick<CpuInfo, 'times'>,
  before: Pick<CpuInfo, 'times'>,
): number {
  const sum = ({ times }: Pick<CpuInfo, 'times'>) =>
    Object.values(times).reduce((total, part) => total + part, 0)
  const elapsed = sum(now) - sum(before)
  if (elapsed <= 0) return 0
  return Math.round(100 - (100 * (now.times.idle - before.times.idle)) / elapsed)
}
