/** The keys of a config that `--set` takes. Written by `npm run docs` from the schema of configs. */
export const settingLines = ''
