import { availableParallelism } from 'node:os'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import { gradientsFromSource } from './gradients-from-source.js'
import { pageFromSource } from './page-from-source.js'
import { SlowFirst } from './slow-first.js'

const conditions = ['@regimen/source', 'node', 'import', 'default']

/** A sequencer of ours would keep vitest from shuffling. */
const isShuffled = process.argv.some((word) => word.startsWith('--sequence.shuffle'))

/** The one set of test options: packages are taken from source, real files and real backends. */
export const base: ViteUserConfig = defineConfig({
  plugins: [gradientsFromSource(), pageFromSource()],
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    testTimeout: 240_000,
    hookTimeout: 240_000,
    pool: 'forks',
    // By itself vitest leaves one core idle, which is half of two. One more than there are cores, since
    // many tests wait for services and processes.
    maxWorkers: availableParallelism() + 1,
    sequence: isShuffled ? {} : { sequencer: SlowFirst },
    env: { JITI_FS_CACHE: 'true' },
    restoreMocks: true,
  },
})
