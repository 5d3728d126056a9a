import { count, custom, either, path, text } from '@regimen/core'

/** One folder or several, none of them above the one they are in. */
const folderName = () =>
  custom<string>({
    wanted: 'the name of a folder',
    type: 'string',
    json: { type: 'string', minLength: 1 },
    isRight: (value) =>
      typeof value === 'string' &&
      value.split(/[\\/]/).every((part) => !['', '.', '..'].includes(part)),
  })

/** The options of a logger that writes each run into a folder of its own. @param name default of `name` */
export const fileFields = (name: string) => ({
  dir: path()
    .otherwise('`rootDir`')
    .expecting('the path of a folder')
    .describe('folder, relative to `rootDir` unless absolute'),
  name: folderName()
    .otherwise(`\`'${name}'\``)
    .describe('name of the experiment, a folder in `dir`'),
  version: either(count(), folderName())
    .otherwise('next')
    .describe('folder of the run: a number `N` for `version_N`, or its name'),
  prefix: text()
    .otherwise('none')
    .describe('prefix of each metric name, followed by a hyphen'),
})
