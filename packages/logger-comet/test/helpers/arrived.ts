import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Arrived } from '@regimen/logger-kit/testing'
import { strFromU8, unzipSync } from 'fflate'
import type { Experiment } from '../fake-comet/experiment.js'
import type { FakeComet } from '../fake-comet/fake-comet.js'

const KINDS = {
  image: 'image',
  'text-sample': 'text',
  histogram3d: 'histogram',
  'model-element': 'artifact',
  asset: 'artifact',
} as const

/** All that a fake has been sent, experiment by experiment. */
export const arrivedAt = ({ experiments }: FakeComet): Arrived[] => experiments.flatMap(arrivedIn)

function arrivedIn({ points, parameters, assets, html, graph }: Experiment): Arrived[] {
  return [
    ...points.map(({ name, value, step, timestamp }) => ({
      kind: 'metric' as const,
      name,
      value: Number(value),
      ...(step !== undefined && { step }),
      ...(timestamp !== undefined && { time: timestamp }),
    })),
    ...parameters.map(({ name, value }) => ({ kind: 'parameter' as const, name, value })),
    ...assets.map(({ fileName, type, sha256, bytes }) => {
      const kind = KINDS[type as keyof typeof KINDS]
      const isText = kind === 'text' || kind === 'histogram'
      return { kind, name: fileName, value: isText ? bytes.toString() : sha256 }
    }),
    ...(html === '' ? [] : [{ kind: 'text' as const, name: 'html', value: html }]),
    ...(graph === '' ? [] : [{ kind: 'graph' as const, name: 'graph', value: graph }]),
  ]
}

/** All that is in the archives of a folder, and in what runs that were killed have left there. */
export function arrivedInArchives(folder: string): Arrived[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (name.endsWith('.zip')) return arrivedInFiles(unzipSync(readFileSync(path)))
    const files = readdirSync(path).map((one) => [one, readFileSync(join(path, one))] as const)
    return arrivedInFiles(Object.fromEntries(files))
  })
}

function arrivedInFiles(files: Readonly<Record<string, Uint8Array>>): Arrived[] {
  const text = strFromU8(files['messages.json'] ?? new Uint8Array())
  const lines = text.slice(0, text.lastIndexOf('\n') + 1).split('\n')
  return lines.filter(Boolean).flatMap((line): Arrived[] => {
    const { type, payload } = JSON.parse(line)
    if (type === 'metric_msg') {
      const { metricName: name, metricValue, step } = payload.metric
      return [
        { kind: 'metric', name, value: Number(metricValue), step, time: payload.local_timestamp },
      ]
    }
    if (type === 'parameter_msg') {
      return [{ kind: 'parameter', name: payload.param.paramName, value: payload.param.paramValue }]
    }
    if (type === 'graph') return [{ kind: 'graph', name: 'graph', value: payload.graph }]
    if (type !== 'file_upload') return []
    const bytes = files[payload.file_path] ?? new Uint8Array()
    const kind = KINDS[payload.upload_type as keyof typeof KINDS]
    const value = createHash('sha256').update(bytes).digest('hex')
    const isText = kind === 'text' || kind === 'histogram'
    const name = payload.additional_params.fileName
    return [{ kind, name, value: isText ? strFromU8(bytes) : value }]
  })
}
