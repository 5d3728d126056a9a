import { cpus } from 'node:os'

/** Where and when the numbers were taken. */
export function machineLine(): string {
  const found = cpus()
  const date = new Date().toISOString().slice(0, 16).replace('T', ' ')
  return `node ${process.version.slice(1)}, ${found.length} x ${found[0]?.model.trim()}, ${process.platform} ${process.arch}, ${date} UTC`
}
