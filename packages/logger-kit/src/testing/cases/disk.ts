import assert from 'node:assert/strict'
import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startChild } from '../child.js'
import { casesOf, filesIn, type LoggerCase, type Scene } from '../scene.js'
import type { LoggerSubject } from '../subject.js'

const segmentsOf = (scene: Scene) =>
  filesIn(scene.rootDir).filter((path) => /\.spool.*\d{6}\.jsonl$/.test(path))

/** Group 8, for loggers with a spool: it is damaged, cannot be written, or two want it. */
export function spoolOnDisk(subject: LoggerSubject): LoggerCase[] {
  const disk = casesOf(subject, 8)
  const leave = async (scene: Scene, steps: number) => {
    await scene.service.down()
    const run = await scene.run({ deadlineMs: 100 })
    for (let step = 0; step < steps; step++) await run.metrics({ loss: step }, step)
    await run.end()
    await scene.service.up()
  }
  return [
    disk('delivers every whole line of a spool that was cut anywhere', async (scene) => {
      await leave(scene, 12)
      const [path] = segmentsOf(scene)
      assert(path, 'there is no spool')
      const text = readFileSync(path, 'utf8')
      const starts = [...text.matchAll(/"kind":"metrics"/g)].map(({ index }) => index)
      truncateSync(path, Math.floor(((starts[7] ?? 0) + (starts[8] ?? 0)) / 2))
      await scene.sync()
      await scene.expectSteps('loss', 7)
      scene.expectEmptySpool()
    }),
    disk('skips and counts a line with a flipped bit', async (scene) => {
      await leave(scene, 10)
      const [path] = segmentsOf(scene)
      assert(path, 'there is no spool')
      const lines = readFileSync(path, 'utf8').split('\n')
      const place = lines.findIndex((line) => /"kind":"metrics".*"step":4\b/.test(line))
      lines[place] = (lines[place] as string).replace('"step":4', '"step":5')
      writeFileSync(path, lines.join('\n'))
      const [synced] = await scene.sync()
      assert.equal(synced?.counts.damaged, 1)
      const steps = (await scene.metrics('loss')).map(({ step }) => step)
      assert.deepEqual([...new Set(steps)], [0, 1, 2, 3, 5, 6, 7, 8, 9])
    }),
    disk('lets one of two processes deliver a spool', async (scene) => {
      await leave(scene, 200)
      const { entry } = scene.subject
      const task = { type: 'sync', entry: String(entry), folder: scene.rootDir } as const
      const children = [task, task].map((one) => startChild(one, scene.stand.env))
      scene.said.push(...(await Promise.all(children.map(({ ended }) => ended))))
      await scene.sync()
      const found = await scene.metrics('loss')
      assert.equal(found.length, 200, scene.said.join('\n'))
      assert.equal(scene.service.runs(), 1)
    }),
    disk(
      'delivers from memory where the spool cannot be written, and says so once',
      async (scene) => {
        const spool = join(scene.rootDir, '.spool')
        writeFileSync(spool, 'in the way')
        const run = await scene.run()
        for (let step = 0; step < 30; step++) await run.metrics({ loss: step }, step)
        await run.end()
        await scene.expectSteps('loss', 30)
        const reported = run.reports.filter((line) => line.includes('spool'))
        assert.equal(reported.length, 1, run.reports.join('\n'))
        rmSync(spool)
      },
    ),
  ]
}

/** Group 8, for loggers that write files: the folder cannot be written. */
export function filesOnDisk(subject: LoggerSubject): LoggerCase[] {
  const disk = casesOf(subject, 8)
  return [
    disk('does not end a run whose folder cannot be written', async (scene) => {
      const blocked = join(scene.folder, 'blocked')
      writeFileSync(blocked, 'in the way')
      const run = await scene.run({ deadlineMs: 200 }, join(blocked, 'runs'))
      for (let step = 0; step < 30; step++) await run.metrics({ loss: step }, step)
      await run.end()
      assert(run.reports.length <= 3, run.reports.join('\n'))
      assert.equal(run.counts.sent, 0)
      assert.equal(run.counts.dropped + run.counts.rejected, 30)
    }),
  ]
}
