import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { definePlugin, encodeJson, type Plugin } from '@regimen/core'

/** A logger: appends every metric, as a line of JSON, to `metrics.jsonl` in the folder of the runs. */
export function jsonlLogger(): Plugin {
  return definePlugin({
    name: 'jsonl-logger',
    writes: true,
    apply(context) {
      const { id, hooks } = context
      let lines: string[] = []
      const flush = async () => {
        const text = lines.join('')
        lines = []
        if (text === '') return
        await mkdir(context.rootDir, { recursive: true })
        await appendFile(join(context.rootDir, 'metrics.jsonl'), text)
      }
      context.provide('logger', { name: id })
      hooks.record.tap(id, (record) => {
        if (record.kind !== 'metrics') return
        lines.push(`${JSON.stringify(encodeJson(record, 'the record'))}\n`)
      })
      hooks.save.tapPromise(id, flush)
      hooks.teardown.tapPromise(id, flush)
    },
  })
}
