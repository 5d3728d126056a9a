import { printable } from '@regimen/core'

/** Writes metrics as lines `name=0.1234`, accuracy last, where a script finds it with `tail -1`. */
export function writeMetrics(
  metrics: Readonly<Record<string, number>>,
  stdout: NodeJS.WritableStream,
): void {
  const isAccuracy = (name: string) => Number(/accuracy/i.test(name))
  const names = Object.keys(metrics).sort((a, b) => isAccuracy(a) - isAccuracy(b))
  for (const name of names) stdout.write(`${printable(name)}=${metrics[name]?.toFixed(4)}\n`)
}
