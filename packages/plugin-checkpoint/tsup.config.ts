import { library } from '../../tooling/tsup.base.js'

const base = library()

export default library({
  entry: { ...(base.entry as Record<string, string>), 'no-file-system': 'src/no-file-system.ts' },
})
