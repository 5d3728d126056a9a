// Makes a project with `create-regimen`, and installs, trains and tests it, all with one package manager.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The result of a row: `{ name, version, create, start, test }`; the last three are `undefined` where it worked, else why not. */
export async function scaffoldResult(
  { name, version, create, install, start, test, files },
  { base, whyNot },
) {
  const folder = join(base, `scaffold-${name.replaceAll(/\W+/g, '-')}`)
  // Some install a package that they run once into the home.
  const home = join(folder, 'home')
  mkdirSync(home, { recursive: true })
  const steps = new RegExp(`cd app\\s+${install.at(0).replace(/^\$|-\d$/g, '')} install`)
  const made = await whyNot(folder, [...create, 'app', ...flagsOf(create)], steps, { HOME: home })
  const app = join(folder, 'app')
  if (made === undefined) {
    for (const [path, text] of Object.entries(files ?? {})) writeFileSync(join(app, path), text)
  }
  const fault = made ?? (await whyNot(app, install))
  return {
    ...{ name, version, create: fault },
    start: fault ?? (await whyNot(app, start, /val_accuracy 0\.\d+[\s\S]*records written to/)),
    test: fault ?? (await whyNot(app, test, /2 passed/)),
  }
}

/** npm takes what comes before `--` for itself. */
function flagsOf([first]) {
  return [...(first === 'npm' ? ['--'] : []), '--data', 'table', '--no-install']
}
