import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { tfjsCopies } from '../src/tfjs-copies.js'

function tree(manifests: Readonly<Record<string, object>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'regimen-copies-')))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  for (const [folder, manifest] of Object.entries(manifests)) {
    mkdirSync(join(root, folder), { recursive: true })
    writeFileSync(join(root, folder, 'package.json'), JSON.stringify(manifest))
  }
  return root
}

it('finds every copy that a project would import, through its dependencies', () => {
  const root = tree({
    '.': { devDependencies: { a: '1' } },
    'node_modules/@tensorflow/tfjs-core': { version: '4.22.0' },
    'node_modules/a': { dependencies: { b: '1' }, peerDependencies: { a: '1' } },
    'node_modules/b': {},
    'node_modules/b/node_modules/@tensorflow/tfjs-core': { version: '4.20.0' },
    'node_modules/unused': {},
    'node_modules/unused/node_modules/@tensorflow/tfjs-core': { version: '3.0.0' },
  })
  const versions = tfjsCopies([root]).map(({ version }) => version)
  expect(versions.sort()).toEqual(['4.20.0', '4.22.0'])
})

it('counts a copy that is seen from two folders once', () => {
  const root = tree({ a: {}, b: {}, 'node_modules/@tensorflow/tfjs-core': { version: '4.22.0' } })
  expect(tfjsCopies([join(root, 'a'), join(root, 'b')])).toEqual([
    { version: '4.22.0', path: join(root, 'node_modules/@tensorflow/tfjs-core') },
  ])
})
