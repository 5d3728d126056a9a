import { mergeConfig } from 'vitest/config'
import { lanes, typesOnDemand } from './tooling/lanes.js'
import { base } from './tooling/vitest.base.js'

export default mergeConfig(base, {
  plugins: [typesOnDemand()],
  test: { projects: lanes, typecheck: { enabled: true } },
})
