import { library } from '../../tooling/tsup.base.js'

const base = library()

export default library({
  entry: {
    ...(base.entry as Record<string, string>),
    files: 'src/files.ts',
    'no-files': 'src/no-files.ts',
  },
})
