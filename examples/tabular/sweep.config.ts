import { choice, defineSweep } from '@regimen/plugin-sweep'

/** Each fold is a trial: the table at the end is the cross-validation. */
export default defineSweep({
  algorithm: 'grid',
  monitor: 'val_r2',
  mode: 'max',
  space: { 'hparams.fold': choice(0, 1, 2, 3, 4) },
})
