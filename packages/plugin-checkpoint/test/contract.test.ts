import { pluginContract } from '@regimen/testing'
import { it } from 'vitest'
import { checkpoint, memoryStore } from '../src/index.js'
import { temporaryFolder } from './helpers/folder.js'

const readme = new URL('../README.md', import.meta.url)

it.each([
  ['files', () => ({ dir: temporaryFolder() })],
  ['memory', () => ({ store: memoryStore() })],
] as const)('keeps the plugin contract with %s', (_, place) =>
  pluginContract(
    (own) => checkpoint({ ...place(), monitor: 'val_loss', mode: 'min', topK: 2, ...own }),
    // What it saves of itself names the run and its folder, which are new each time.
    { readme, comparable: ({ state: _, ...rest }) => rest },
  ),
)
