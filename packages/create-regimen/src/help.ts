import { dataChoices, modelChoices, packageManagers, pluginChoices } from './choices.js'

/** What `--help` prints. */
export function helpText(): string {
  const rows = (choices: readonly { name: string; label: string }[]) =>
    choices.map(({ name, label }) => `    ${name.padEnd(16)}${label}`).join('\n')
  return `npm create regimen [folder] [-- flags]       makes a project that trains at once
npm create regimen plugin <name> [-- flags]  makes the package of a plugin

Asks for what no flag says, unless there is no terminal or --yes is said.

  --data <name>
${rows(dataChoices)}
  --model <name>
${rows(modelChoices)}
  --plugins <names with commas, or none>
${rows(pluginChoices)}
  --name <name>              of the package; default: that of the folder
  --package-manager <name>   ${packageManagers.join(', ')}; default: the one in use
  --install, --no-install    whether to install the packages
  --force                    into a folder that is not empty; files of the same names are replaced
  --yes, -y                  takes the default of what no flag says
  --help, --version
`
}
