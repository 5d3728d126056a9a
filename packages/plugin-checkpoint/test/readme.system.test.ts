import { execFileSync } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { bundled } from './helpers/bundle.js'
import { checkpointsIn, temporaryFolder } from './helpers/folder.js'

test('the code of the README runs and goes on from its last checkpoint', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const code = /```ts\n(.*?)```/s.exec(readme)?.[1] ?? ''
  const source = join(import.meta.dirname, 'helpers/readme-example.ts')
  writeFileSync(source, code.replace('@regimen/plugin-checkpoint', '../../src/index.js'))
  const script = await bundled('readme-example')
  rmSync(source)
  const cwd = temporaryFolder()
  execFileSync(process.execPath, [script], { cwd, stdio: 'pipe' })
  rmSync(script)
  expect(checkpointsIn(join(cwd, 'runs/line/version_0'))).toEqual([
    'best',
    'epoch=3-step=4',
    'last',
  ])
})
