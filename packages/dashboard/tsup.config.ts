import { defineConfig } from 'tsup'
import { library } from '../../tooling/tsup.base.js'
import { pagePlugin } from './tooling/page-module.js'

export default defineConfig([
  library(),
  {
    ...library(),
    entry: { page: 'tooling/page.js' },
    sourcemap: false,
    esbuildPlugins: [pagePlugin],
  },
])
