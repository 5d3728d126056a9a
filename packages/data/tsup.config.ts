import { library } from '../../tooling/tsup.base.js'

const base = library()

export default library({
  entry: {
    ...(base.entry as Record<string, string>),
    'node-files': 'src/files/node-files.ts',
    'no-files': 'src/files/no-files.ts',
  },
})
