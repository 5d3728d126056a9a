/** The keys of a config that `--set` takes. Written by `npm run docs` from the schema of configs. */
export const settingLines = `\
  hparams        hyperparameters, which the functions \`module\` and \`data\` receive (object)
  accelerator    the engine ('auto' | 'cpu' | 'gpu' | 'node' | 'wasm'; default: what plugins and imports bring along)
  gpus           GPUs to use: how many, which, or -1 for all (number | number[] | string)
  threads        threads of the engine \`wasm\`; \`auto\`: one for each core, at most 8 ('auto' | number; default: 'auto')
  compile        whether training steps are recorded and replayed (boolean; default: false)
  resumeFrom     what a fit resumes from: \`last\`, \`best\`, a path, or \`auto\`: \`last\` if there is any (string | Snapshot)
  maxEpochs      epochs after which the run ends (number; default: 1000 where no other limit is given)
  minEpochs      epochs before which a stop request waits (number; default: 0)
  maxSteps       steps (batches in which weights changed) after which the run ends (number; default: Infinity)
  minSteps       steps before which a stop request waits (number; default: 0)
  maxSeconds     seconds of training after which the run ends, resumed runs included (number; default: Infinity)
  validateEvery  when validation runs; a share of an epoch needs data of known size (Every; default: { epochs: 1 })
  limitBatches   how many batches of each kind are used: a count, or a share in (0, 1) ({ train?: number; validation?: number; test?: number; predict?: number }; default: all)
  sanityBatches  validation batches of each loader tried before training (number; default: 2)
  logEvery       when the metrics of a step become a record for the loggers (Every; default: { steps: 50 })
  yieldEvery     milliseconds after which the loop gives way to timers, signals and I/O (number; default: 50)
  rootDir        folder in which plugins write (string; default: 'runs')`
